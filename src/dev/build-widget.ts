import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Plugin } from 'vite';
import { nousvizWidgets } from '../vite/index.ts';
import { buildMessage } from '../bundling/index.ts';
import { importUrl } from '../contract/index.ts';

/** A component of a plugin and the file that it is built from. */
export interface Source {
  component: string;
  /** Absolute path of the file that ends in `export default`. */
  entry: string;
  /** Where the manifest says that its bundle is, relative to the plugin's folder. */
  path: string;
}

/** What became of one source. */
export interface Built {
  /** The bundle's text. */
  code: string;
  /** Absolute paths of what it was made of, without packages. */
  files: string[];
  warnings: string[];
}

/** How a widget is built. */
export interface BuildOptions {
  /** The plugin's folder, absolute; messages name files from there. */
  folder: string;
  /** `development` keeps names, adds a source map and React's development JSX. @default "production" */
  mode?: 'production' | 'development';
  /** Vite plugins besides the widgets' own. */
  plugins?: Plugin[];
}

/** A mistake in an author's source. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  /** Relative to the plugin's folder, where known. */
  readonly file: string | undefined;
  /** From 1, as {@link column}. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The lines around, the place marked. */
  readonly frame: string | undefined;

  constructor(
    message: string,
    place: { file?: string; line?: number; column?: number; frame?: string } = {},
  ) {
    super(message);
    ({ file: this.file, line: this.line, column: this.column, frame: this.frame } = place);
  }
}

const ENDINGS = ['.tsx', '.ts', '.jsx', '.js'];

/** Where a bundle's source may be: beside it, or where it is without its `dist` or `build`, by the bundle's name or the component's. */
function placesOf(path: string, component: string): string[] {
  const folder = dirname(path);
  const outer = /(^|\/)(dist|build|out)$/.test(folder) ? dirname(folder) : folder;
  const names = new Set([basename(path, '.js'), component]);
  const folders = outer === folder ? [folder, join(folder, 'src')] : [outer, join(outer, 'src')];
  const all = folders.flatMap((one) =>
    [...names].flatMap((name) =>
      ENDINGS.flatMap((end) => [join(one, name + end), join(one, name, `index${end}`)]),
    ),
  );
  return all.filter((place) => place !== path);
}

/**
 * Finds the source of a declared component: for `widget/dist/MyWidget.js` that is `widget/MyWidget.tsx`.
 *
 * @returns nothing where there is none.
 */
export async function findSource(
  folder: string,
  { name, path }: { name: string; path: string },
): Promise<Source | undefined> {
  for (const place of placesOf(path, name)) {
    const entry = join(folder, place);
    const found = await access(entry).then(
      () => true,
      () => false,
    );
    if (found) return { component: name, entry, path };
  }
  return undefined;
}

/** Where {@link findSource} looks first, for messages. */
export const expectedSource = (path: string, component: string) => placesOf(path, component)[0]!;

/**
 * Builds one widget with Vite, into memory.
 *
 * @throws {BuildError} for what the author can correct.
 */
export async function bundle({ component, entry }: Source, options: BuildOptions): Promise<Built> {
  const { folder, mode = 'production', plugins = [] } = options;
  const { build } = await importVite(folder);
  const isDevelopment = mode === 'development';
  const warnings: string[] = [];
  const files = new Set<string>();
  // A chunk names those modules alone of which something is left in it.
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
      mode,
      logLevel: 'silent',
      plugins: [...plugins, nousvizWidgets(), readFiles],
      define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
      oxc: { jsx: { runtime: 'automatic', development: isDevelopment } },
      build: {
        write: false,
        minify: !isDevelopment,
        sourcemap: isDevelopment ? 'inline' : false,
        reportCompressedSize: false,
        lib: { entry, formats: ['es'], fileName: () => `${component}.js` },
        rolldownOptions: {
          onwarn: ({ message }) => void warnings.push(stripVTControlCharacters(message)),
        },
      },
    });
    // With several formats there would be several, and watching gives another thing; this is one.
    const [{ output }] = result as unknown as [{ output: [{ code: string }] }];
    return { code: output[0].code, warnings: [...new Set(warnings)], files: [...files].filter(isOwn) };
  } catch (thrown) {
    throw readError(thrown, folder);
  }
}

const isOwn = (path: string) => isAbsolute(path) && !path.includes('node_modules');

/** The first Vite that builds with Rolldown. */
const OLDEST_VITE = 8;

/**
 * The plugin's own Vite, or the one beside this package: the first that is new enough.
 *
 * @param folder the plugin's folder, absolute.
 * @throws {BuildError} where there is none.
 */
export async function importVite(folder: string): Promise<typeof import('vite')> {
  let old: string | undefined;
  for (const from of [join(folder, 'package.json'), import.meta.url]) {
    const require = createRequire(from);
    try {
      const { version } = require('vite/package.json') as { version: string };
      if (Number.parseInt(version, 10) < OLDEST_VITE) {
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

/** What a bundler threw, as the author's mistake; anything else as it is. */
function readError(thrown: unknown, folder: string): unknown {
  if (thrown instanceof BuildError || !(thrown instanceof Error)) return thrown;
  const { errors = [thrown as RolldownError] } = thrown as unknown as RolldownError;
  const [{ message, id, loc } = thrown as RolldownError] = errors;
  // Rolldown writes for terminals: the fact, then the lines around in a frame that names the place.
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
