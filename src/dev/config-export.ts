import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';
import { buildMessage } from '../bundling/index.ts';
import {
  findSchemaFaults,
  inputSchema,
  jsonSchemaOf,
  loadPatterns,
  spellConfigPath,
  type ConfigSchema,
  type StandardSchema,
} from '../config/index.ts';
import { importUrl, isRecord, messageOf } from '../contract/index.ts';
import { BuildError, importVite, type Source } from './build-widget.ts';
import { ownConfig } from './own-config.ts';
import { onlySchema } from './own-schema.ts';

const ENTRY = '\0nousviz-config';

/** Imports a package that the plugin has installed. @throws if it is missing. */
async function importInstalled<Module>(folder: string, name: string): Promise<Module> {
  const path = createRequire(join(folder, 'package.json')).resolve(name);
  return importUrl(pathToFileURL(path).href);
}

/** The converters of libraries whose schemas have none of their own, by the vendor that the schema names. */
const CONVERTERS: Readonly<Record<string, (schema: unknown, folder: string) => Promise<unknown>>> = {
  async valibot(schema, folder) {
    const name = '@valibot/to-json-schema';
    const { toStandardJsonSchema } = await importInstalled<{
      toStandardJsonSchema(schema: unknown): StandardSchema;
    }>(folder, name).catch(() => {
      throw new Error(`Valibot needs its converter: npm install --save-dev ${name}`);
    });
    return inputSchema(toStandardJsonSchema(schema)['~standard'].jsonSchema!);
  },
  // Before 4.2, which has the standard one.
  async zod(schema, folder) {
    const { toJSONSchema } = await importInstalled<{
      toJSONSchema?(schema: unknown, options: object): unknown;
    }>(folder, 'zod');
    if (!toJSONSchema) throw new Error('Zod writes JSON Schema from version 4 on: npm install zod@4');
    return inputSchema({
      input: () => toJSONSchema(schema, { io: 'input' }),
      output: () => toJSONSchema(schema, { io: 'output' }),
    });
  },
};

/** Converts a schema of a library to JSON Schema; an object that is none is JSON Schema already. */
async function toJsonSchema(schema: unknown, folder: string): Promise<unknown> {
  const converted = jsonSchemaOf(schema);
  if (converted.vendor === undefined) return converted.value;
  const { vendor } = converted;
  const convert = Object.hasOwn(CONVERTERS, vendor) ? CONVERTERS[vendor] : undefined;
  if (!convert)
    throw new Error(`${vendor} has no JSON Schema, neither "~standard".jsonSchema nor a converter`);
  return convert(schema, folder);
}

/**
 * Builds only what `config` needs. Packages stay imports, which Node resolves from the plugin’s folder.
 *
 * @param code The part of the widget's file that it needs.
 */
const onlyConfig = (entry: string, code: string): Plugin => ({
  name: 'nousviz-config',
  enforce: 'pre',
  resolveId(specifier, importer) {
    if (importer === undefined) return ENTRY;
    const isBare = /^(?![./\0]|[a-z]:[\\/])/i.test(specifier) && !specifier.endsWith('.css');
    return isBare ? { id: specifier, external: true, moduleSideEffects: false } : undefined;
  },
  load(id) {
    if (id === entry) return code;
    return id === ENTRY ? `export { config } from ${JSON.stringify(entry)};` : undefined;
  },
});

async function bundleConfig(folder: string, entry: string, text: string): Promise<string> {
  const { build, parseSync } = await importVite(folder);
  const needed = onlySchema(text, parseSync(entry, text).program);
  const result = await build({
    root: folder,
    configFile: false,
    ...(await ownConfig(folder, entry)),
    mode: 'production',
    logLevel: 'silent',
    plugins: [onlyConfig(entry, needed)],
    build: {
      write: false,
      ssr: true,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: ENTRY,
        onwarn() {},
        treeshake: { moduleSideEffects: false },
        output: { format: 'es', codeSplitting: false },
      },
    },
  });
  const [{ output }] = [result].flat() as unknown as [{ output: [{ code: string }] }];
  return output[0].code;
}

/** Runs the code of `config` in Node. */
async function evaluate(folder: string, code: string): Promise<unknown> {
  // There, imports of packages lead to those of the plugin.
  const temporary = join(folder, 'node_modules/.nousviz-widget');
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const file = join(temporary, `config-${process.pid}-${hash}.mjs`);
  await mkdir(temporary, { recursive: true });
  try {
    await writeFile(file, code);
    return (await importUrl<{ config: unknown }>(pathToFileURL(file).href)).config;
  } finally {
    await rm(file, { force: true });
    // Another build may be using it.
    await rmdir(temporary).catch(() => {});
  }
}

/** Removes what says nothing about a config from the schemas that libraries write. */
function plain(schema: unknown): unknown {
  const value: unknown = JSON.parse(JSON.stringify(schema) ?? 'null');
  if (!isRecord(value)) return value;
  const { $schema: _, ...others } = value;
  return others;
}

/** Whether a source file may export `config`. */
const MAY_EXPORT = /\bexport\b[^;]*?\bconfig\b/;

/** Whether a module exports the name `config`. */
async function exportsConfig(folder: string, entry: string, text: string): Promise<boolean> {
  if (!MAY_EXPORT.test(text)) return false;
  const { parseSync } = await importVite(folder);
  const { module } = parseSync(entry, text);
  return module.staticExports.some(({ entries }) =>
    entries.some(({ exportName, isType }) => exportName.name === 'config' && !isType),
  );
}

/**
 * Reads the JSON Schema of the settings that a widget's file exports as `config`: a Standard Schema of zod, Valibot, ArkType or another
 * library, or JSON Schema itself (CONTRACT M4). It runs the code of `config`, and what that needs, in Node.
 *
 * @param folder the plugin's folder, absolute.
 * @returns undefined if the file exports no `config`.
 * @throws {BuildError} `CONFIG_UNREADABLE` if the code throws, if it cannot become JSON Schema, or if hosts do not know that schema.
 */
export async function readConfigExport({ entry }: Source, folder: string): Promise<ConfigSchema | undefined> {
  const text = await readFile(entry, 'utf8');
  if (!(await exportsConfig(folder, entry, text))) return undefined;
  const file = relative(folder, entry).replaceAll(sep, '/');
  let schema: unknown;
  try {
    schema = plain(
      await toJsonSchema(await evaluate(folder, await bundleConfig(folder, entry, text)), folder),
    );
  } catch (thrown) {
    throw new BuildError(buildMessage('CONFIG_UNREADABLE', { file, message: messageOf(thrown) }), { file });
  }
  const { isPattern } = await loadPatterns();
  const [fault] = findSchemaFaults(schema, isPattern);
  if (!fault && isRecord(schema)) return schema;
  const message = `its JSON Schema: config${spellConfigPath(fault!.path)} ${fault!.fact}`;
  throw new BuildError(buildMessage('CONFIG_UNREADABLE', { file, message }), { file });
}
