import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Plugin } from 'vite';
import { nousvizWidgets } from '../vite/index.ts';
import { buildMessage } from '../bundling/index.ts';
import { importUrl } from '../contract/index.ts';
import { ownConfig } from './own-config.ts';
import { detachSchema } from './own-schema.ts';

/** A component of a plugin and its source file. */
export interface Source {
  component: string;
  /** Absolute path of the file that ends in `export default`. */
  entry: string;
  /** The path of its bundle in the manifest, relative to the plugin's folder. */
  path: string;
}

/** The result of building one source. */
export interface Built {
  /** The code of the bundle. */
  code: string;
  /** Its source map, if it has a file of its own. */
  map?: string;
  /** Absolute paths of its modules, without packages. */
  files: string[];
  warnings: string[];
}

/** The options of {@link bundle}. */
export interface BuildOptions {
  /** The plugin's folder, absolute. Paths in messages are relative to it. */
  folder: string;
  /** `development` keeps names, adds a source map and React's development JSX. @default "production" */
  mode?: 'production' | 'development';
  /** Whether to make a source map in a file of its own. @default false */
  sourcemap?: boolean;
  /** Further Vite plugins. */
  plugins?: Plugin[];
}

/** A mistake in an author's source. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  /** Relative to the plugin's folder, if known. */
  readonly file: string | undefined;
  /** From 1, like {@link column}. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The code frame: the lines around the marked place. */
  readonly frame: string | undefined;

  constructor(
    message: string,
    place: { file?: string; line?: number; column?: number; frame?: string } = {},
  ) {
    super(message);
    ({ file: this.file, line: this.line, column: this.column, frame: this.frame } = place);
  }
}

const EXTENSIONS = ['.tsx', '.ts', '.jsx', '.js'];

/** The possible paths of a bundle's source: beside the bundle or outside its `dist` or `build` folder, named like the bundle or the component. */
function sourcePaths(path: string, component: string): string[] {
  const folder = dirname(path);
  const outer = /(^|\/)(dist|build|out)$/.test(folder) ? dirname(folder) : folder;
  const names = new Set([basename(path, '.js'), component]);
  const folders = outer === folder ? [folder, join(folder, 'src')] : [outer, join(outer, 'src')];
  const all = folders.flatMap((one) =>
    [...names].flatMap((name) =>
      EXTENSIONS.flatMap((end) => [join(one, name + end), join(one, name, `index${end}`)]),
    ),
  );
  return all.filter((one) => one !== path);
}

/**
 * Finds the source of a declared component, for example `widget/MyWidget.tsx` for `widget/dist/MyWidget.js`.
 *
 * @returns undefined if it does not exist.
 */
export async function findSource(
  folder: string,
  { name, path }: { name: string; path: string },
): Promise<Source | undefined> {
  for (const sourcePath of sourcePaths(path, name)) {
    const entry = join(folder, sourcePath);
    const found = await access(entry).then(
      () => true,
      () => false,
    );
    if (found) return { component: name, entry, path };
  }
  return undefined;
}

/** The path that {@link findSource} checks first, for messages. */
export const expectedSource = (path: string, component: string) => sourcePaths(path, component)[0]!;

/**
 * Builds one widget with Vite, in memory.
 *
 * @throws {BuildError} for a mistake that the author can correct.
 */
export async function bundle({ component, entry }: Source, options: BuildOptions): Promise<Built> {
  const { folder, mode = 'production', sourcemap = false, plugins = [] } = options;
  const { build } = await importVite(folder);
  const isDevelopment = mode === 'development';
  const warnings: string[] = [];
  const files = new Set<string>();
  // A chunk lists only modules that still have code in it after tree shaking.
  const readFiles: Plugin = {
    name: 'nousviz-files',
    buildEnd() {
      for (const id of this.getModuleIds()) files.add(id.replace(/\?.*/, ''));
    },
  };
  try {
    const result = await build({
      root: folder,
      configFile: false,
      ...(await ownConfig(folder, entry)),
      mode,
      logLevel: 'silent',
      plugins: [...plugins, detachSchema(entry), nousvizWidgets(), readFiles],
      define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
      oxc: { jsx: { runtime: 'automatic', development: isDevelopment } },
      build: {
        write: false,
        minify: !isDevelopment,
        sourcemap: isDevelopment ? 'inline' : sourcemap,
        reportCompressedSize: false,
        lib: { entry, formats: ['es'], fileName: () => `${component}.js` },
        rolldownOptions: {
          // It measures the machine, and the author cannot change the plugins of this build.
          checks: { pluginTimings: false },
          onwarn: ({ message }) => void warnings.push(stripVTControlCharacters(message)),
          output: {
            // Stacks name the author's files as the author does.
            sourcemapPathTransform: (path, map) =>
              relative(folder, resolve(dirname(map), path)).replaceAll(sep, '/'),
          },
        },
      },
    });
    // One format without watching returns an array of one output.
    const [{ output }] = result as unknown as [{ output: [{ code: string; map?: object | null }] }];
    const [{ code, map }] = output;
    return {
      code,
      ...(sourcemap && map && { map: String(map) }),
      warnings: [...new Set(warnings)],
      files: [...files].filter(isOwn),
    };
  } catch (thrown) {
    throw toBuildError(thrown, folder);
  }
}

const isOwn = (path: string) => isAbsolute(path) && !path.includes('node_modules');

/** The first major version of Vite that builds with Rolldown. */
const MIN_VITE = 8;

/**
 * Imports the plugin's own Vite or, if that is missing or too old, the one that this package finds.
 *
 * @param folder the plugin's folder, absolute.
 * @throws {BuildError} if neither is usable.
 */
export async function importVite(folder: string): Promise<typeof import('vite')> {
  let old: string | undefined;
  for (const from of [join(folder, 'package.json'), import.meta.url]) {
    const require = createRequire(from);
    try {
      const { version } = require('vite/package.json') as { version: string };
      if (Number.parseInt(version, 10) < MIN_VITE) {
        old ??= version;
        continue;
      }
    } catch {
      continue;
    }
    return importUrl(pathToFileURL(require.resolve('vite')).href);
  }
  if (old) throw new BuildError(buildMessage('VITE_TOO_OLD', { found: `Vite ${old}` }));
  throw new BuildError(
    'Building needs Vite, which is not installed. Install it: npm install --save-dev vite',
  );
}

interface RolldownError {
  message: string;
  id?: string;
  loc?: { file?: string; line: number; column: number };
  errors?: RolldownError[];
}

/** Converts an error of the bundler to a {@link BuildError}. Returns every other value unchanged. */
function toBuildError(thrown: unknown, folder: string): unknown {
  if (thrown instanceof BuildError || !(thrown instanceof Error)) return thrown;
  const { errors = [thrown as RolldownError] } = thrown as unknown as RolldownError;
  const [{ message, id, loc } = thrown as RolldownError] = errors;
  // Rolldown formats for terminals: the fact, then a code frame with the place.
  const [fact = '', ...around] = stripVTControlCharacters(message).trimEnd().split('\n');
  const frame = around.join('\n');
  const [, shown] = /╭─\[ (.+?):\d+:\d+ \]/.exec(frame) ?? [];
  const path = loc?.file ?? id ?? shown;
  return new BuildError(fact.replace(/^\[(?:builtin:|plugin )[\w:-]+\] /, ''), {
    ...(path && { file: relative(folder, resolve(path.replace(/\?.*/, ''))) }),
    ...(loc && { line: loc.line, column: loc.column + 1 }),
    ...(frame && { frame }),
  });
}
