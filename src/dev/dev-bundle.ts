import { relative, sep } from 'node:path';
import { parse } from 'es-module-lexer/minimal/js';
import type { Plugin } from 'vite';
import { createProblem, formatProblem, scan, splitSourceMap } from '../bundling/index.ts';
import { BuildError, bundle, type Source } from './build-widget.ts';
import { MODULES } from './dev-state.ts';
import { isOwn, isPackage, registerComponents, registerDefault } from './refresh.ts';

/**
 * A bundle as `dev` serves it: a few lines that import what is the same as before from where it was before, and what is not
 * from where nothing was yet. Browsers evaluate an address once.
 */
export interface DevBundle {
  code: string;
  /** The other modules, by name below {@link MODULES}. */
  modules: ReadonlyMap<string, string>;
  /** Those names, by the build's own: the same where the text is, and that of all that it imports. */
  names: ReadonlyMap<string, string>;
  /** Absolute paths of what it was made of, without packages. */
  files: ReadonlySet<string>;
  warnings: string[];
}

/** How a widget is built for `dev`. */
export interface DevBuildOptions {
  /** The plugin's folder, absolute. */
  folder: string;
  /** Its last good bundle. */
  before?: DevBundle | undefined;
  /** Of this build alone: a change that is undone is a change. */
  serial: number;
}

/** What a bundler says of packages, and of itself: nothing that an author could do about. */
const checks = { moduleLevelDirective: false, pluginTimings: false };

const ENTRY = '\0nousviz-entry';

/** Puts each of the author's modules into a file of its own and all packages into one, named for what is in them. */
const splitModules = ({ component, entry }: Source, folder: string): Plugin => ({
  name: 'nousviz-modules',
  // After what builds widgets, which makes one file of all.
  enforce: 'post',
  config: () => ({
    build: {
      rolldownOptions: { preserveEntrySignatures: 'allow-extension', checks },
    },
  }),
  // A module that nobody imports, since the bundle's address is not that of the author's module.
  resolveId: { order: 'pre', handler: (_, importer) => (importer === undefined ? ENTRY : undefined) },
  load: (id) => (id === ENTRY ? `export { default } from ${JSON.stringify(entry)};` : undefined),
  buildEnd(failure) {
    const { exports } = this.getModuleInfo(entry) ?? {};
    if (failure || !exports || exports.includes('default')) return;
    const file = relative(folder, entry).replaceAll(sep, '/');
    this.error(formatProblem(createProblem('error', 'NO_DEFAULT_EXPORT', { component, file })));
  },
  outputOptions: (options) => ({
    ...options,
    chunkFileNames: `${component}.[name]-[hash].js`,
    codeSplitting: {
      groups: [
        { name: 'packages', test: isPackage, priority: 1 },
        { name: 'helpers', test: (id) => id.startsWith('\0') && id !== ENTRY },
        {
          name: (id) => relative(folder, id.split('?')[0]!).replaceAll(/[^\w-]+/g, '_'),
          debugName: 'modules',
          test: isOwn,
          includeDependenciesRecursively: false,
        },
      ],
    },
  }),
});

/** A text in which every import of a neighbour leads to where that is served. */
export function moveImports(code: string, names: ReadonlyMap<string, string>): string {
  const [imports] = parse(code);
  let [moved, from] = ['', 0];
  for (const { n = '', s, e } of imports.toSorted((one, other) => one.s - other.s)) {
    const name = names.get(n.replace(/^\.\//, ''));
    if (!name) continue;
    // A dynamic import's place has its quotes with it.
    const quote = /["'`]/.test(code.charAt(s)) ? code.charAt(s) : '';
    moved += code.slice(from, s) + quote + MODULES + name + quote;
    from = e;
  }
  return moved + code.slice(from);
}

/** A bundle that hands on what a module exports, as one with an export of its own, to which a style sheet can be attached. */
export const ownExport = (code: string) =>
  code.replace(
    /export \{ ([\w$]+)(?: as default)? \} from ("[^"]*");?/,
    (_, name: string, from: string) =>
      `import { ${name} as __nvWidget } from ${from};\nexport { __nvWidget as default };`,
  );

/** What a module that is no bundle cannot be asked for. */
const NOT_ITS = /\[(?:NO_DEFAULT_EXPORT|IMPORT_FAILED)\]$/;

/** What {@link takeOut} fills in. */
interface Taken {
  modules: Map<string, string>;
  names: Map<string, string>;
  files: Set<string>;
}

/** Takes the modules out of the build's output, looks for what would throw in them, and tells what it was made of. */
const takeOut = ({ modules, names, files }: Taken, { before, serial }: DevBuildOptions): Plugin => ({
  name: 'nousviz-take-out',
  // Before what builds widgets, which refuses more than one file.
  enforce: 'pre',
  buildEnd() {
    // What is external has no text.
    for (const id of this.getModuleIds())
      if (isOwn(id) && typeof this.getModuleInfo(id)?.code === 'string') files.add(id.split('?')[0]!);
  },
  generateBundle: {
    order: 'post',
    async handler(_, output) {
      const chunks = Object.values(output).flatMap((file) => (file.type === 'chunk' ? [file] : []));
      const others = chunks.filter(({ isEntry }) => !isEntry);
      for (const { fileName } of others)
        names.set(fileName, before?.names.get(fileName) ?? fileName.replace(/js$/, `${serial}.js`));
      for (const chunk of chunks.filter(({ isEntry }) => isEntry))
        chunk.code = ownExport(moveImports(chunk.code, names));
      for (const { fileName, code, moduleIds } of others) {
        delete output[fileName];
        const name = names.get(fileName)!;
        const known = before?.modules.get(name);
        if (known !== undefined) {
          modules.set(name, known);
          continue;
        }
        // A map of packages is heavier than they are.
        const text = moduleIds.some(isOwn) ? code : `${splitSourceMap(code)[0]}\n`;
        modules.set(name, moveImports(text, names));
        const readModules = async () =>
          moduleIds.map((id) => {
            const info = this.getModuleInfo(id);
            return { path: relative('', id), text: info?.code ?? '', importers: info?.importers ?? [] };
          });
        for (const problem of await scan(text, fileName, readModules)) {
          const message = formatProblem(problem);
          if (NOT_ITS.test(message)) continue;
          if (problem.level === 'error') this.error(message);
          this.warn(message);
        }
      }
    },
  },
});

/** A failure without the module that only this build has. */
function withoutEntry(thrown: unknown): unknown {
  if (!(thrown instanceof BuildError) || !thrown.frame?.includes(ENTRY.slice(1))) return thrown;
  const { message, file, line, column, frame } = thrown;
  const lines = frame.split('\n').filter((one) => !one.includes(ENTRY.slice(1)));
  return new BuildError(message, {
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    frame: lines.join('\n'),
  });
}

/**
 * Builds a widget so that a page can take a change in without losing its state: components register with Fast Refresh, and
 * what has not changed keeps its address, so that stores, contexts and packages stay the ones that the page has.
 *
 * @throws {BuildError} for what the author can correct.
 */
export async function bundleForDev(source: Source, options: DevBuildOptions): Promise<DevBundle> {
  const { component } = source;
  const { folder } = options;
  const taken: Taken = { modules: new Map(), names: new Map(), files: new Set() };
  const plugins = [
    registerComponents(component, folder),
    takeOut(taken, options),
    splitModules(source, folder),
  ];
  try {
    const { code, warnings } = await bundle(source, { folder, mode: 'development', plugins });
    return {
      ...taken,
      code: registerDefault(code, component),
      // That they are no files of the plugin is known.
      warnings: warnings.filter((warning) => !warning.includes(MODULES)),
    };
  } catch (thrown) {
    throw withoutEntry(thrown);
  }
}
