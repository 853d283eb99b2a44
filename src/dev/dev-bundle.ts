import { relative, sep } from 'node:path';
import { parse } from 'es-module-lexer/minimal/js';
import type { Plugin } from 'vite';
import {
  attachStyles,
  createProblem,
  formatProblem,
  readText,
  scan,
  splitSourceMap,
} from '../bundling/index.ts';
import { API_BASE, bundlePath } from '../contract/index.ts';
import { BuildError, bundle, type Source } from './build-widget.ts';
import { isOwn, isPackage, registerComponents, registerDefault } from './refresh.ts';

/**
 * The path prefix of the modules of a plugin's dev bundles. A sandboxed frame may load what is below the path of the bundles, and no
 * other files.
 */
export const modulesPath = (pluginId: string): string => `${API_BASE}${bundlePath(pluginId, '')}modules/`;

/**
 * A bundle as `dev` serves it: a few lines that import modules. An unchanged module keeps its URL; a changed one gets a new URL,
 * because browsers evaluate each URL only once.
 */
export interface DevBundle {
  code: string;
  /** The other modules, by name below {@link modulesPath}. */
  modules: ReadonlyMap<string, string>;
  /** Those names, by the file name in the build, which depends only on the module's code and imports. */
  names: ReadonlyMap<string, string>;
  /** Absolute paths of its modules, without packages. */
  files: ReadonlySet<string>;
  warnings: string[];
}

/** The options of {@link bundleForDev}. */
export interface DevBuildOptions {
  /** The plugin's folder, absolute. */
  folder: string;
  pluginId: string;
  /** The last bundle that was built without errors. */
  previous?: DevBundle | undefined;
  /** The unique number of this build. With it, undoing a change also creates new URLs. */
  serial: number;
}

/** Disables warnings about packages and the bundler itself, which an author cannot fix. */
const checks = { moduleLevelDirective: false, pluginTimings: false };

const ENTRY = '\0nousviz-entry';

/** The modules that run when a module does: all but those that code imports later. */
function modulesAtStart(entry: string, infoOf: (id: string) => { importedIds: readonly string[] } | null) {
  const modules = new Set([entry]);
  // A set also iterates over what is added meanwhile.
  for (const id of modules) for (const imported of infoOf(id)?.importedIds ?? []) modules.add(imported);
  return modules;
}

/** Splits the bundle: one file for each of the author's modules and one for all packages, with content hashes in the names. */
function splitModules({ component, entry }: Source, folder: string): Plugin {
  let atStart = new Set<string>();
  return {
    name: 'nousviz-modules',
    // After the widget plugin, which creates a single file.
    enforce: 'post',
    config: () => ({
      build: {
        rolldownOptions: { preserveEntrySignatures: 'allow-extension', checks },
      },
    }),
    // The bundle has its own entry, so that its URL differs from that of the author's module.
    resolveId: { order: 'pre', handler: (_, importer) => (importer === undefined ? ENTRY : undefined) },
    load: (id) => (id === ENTRY ? `export { default } from ${JSON.stringify(entry)};` : undefined),
    buildEnd(failure) {
      const { exports } = this.getModuleInfo(entry) ?? {};
      if (failure || !exports) return;
      atStart = modulesAtStart(ENTRY, (id) => this.getModuleInfo(id));
      if (exports.includes('default')) return;
      const file = relative(folder, entry).replaceAll(sep, '/');
      this.error(formatProblem(createProblem('error', 'NO_DEFAULT_EXPORT', { component, file })));
    },
    outputOptions: (options) => ({
      ...options,
      chunkFileNames: `${component}.[name]-[hash].js`,
      codeSplitting: {
        groups: [
          // A file of modules runs all of them, and what packages import later may not run before.
          { name: 'packages', test: (id) => isPackage(id) && atStart.has(id), priority: 1 },
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
  };
}

/** Replaces the specifiers of imported neighbour modules by the URLs that serve them, below `prefix`. */
export function rewriteImports(code: string, names: ReadonlyMap<string, string>, prefix: string): string {
  const [imports] = parse(code);
  let [rewritten, from] = ['', 0];
  for (const { n = '', s, e } of imports.toSorted((one, other) => one.s - other.s)) {
    const name = names.get(n.replace(/^\.\//, ''));
    if (!name) continue;
    // The range of a dynamic import includes the quotes.
    const quote = /["'`]/.test(code.charAt(s)) ? code.charAt(s) : '';
    rewritten += code.slice(from, s) + quote + prefix + name + quote;
    from = e;
  }
  return rewritten + code.slice(from);
}

/** The variable of the author's component in a bundle. */
const WIDGET = '__nvWidget';

/** Rewrites a bundle that re-exports a module, so that it exports a local variable, to which a style sheet can be attached. */
export const ownExport = (code: string) =>
  code.replace(
    /export \{ ([\w$]+)(?: as default)? \} from ("[^"]*");?/,
    (_, name: string, from: string) =>
      `import { ${name} as ${WIDGET} } from ${from};\nexport { ${WIDGET} as default };`,
  );

/**
 * Gives a bundle without a style sheet the wrapper that adds one. With the author's first style sheet, the component would otherwise
 * get a parent, and React would remount it.
 */
const withWrapper = (code: string) =>
  code.includes('__nvStyled') ? code : attachStyles(code, '', { isAlways: true });

/** Problems that only apply to a whole bundle, not to one of its modules. */
const BUNDLE_PROBLEM = /\[(?:NO_DEFAULT_EXPORT|IMPORT_FAILED)\]$/;

/** The maps that {@link extractModules} fills. */
interface Extracted {
  modules: Map<string, string>;
  names: Map<string, string>;
  files: Set<string>;
}

/** Moves the modules out of the build's output, scans them for problems, and collects the paths of the source files. */
const extractModules = (
  { modules, names, files }: Extracted,
  { previous, serial, pluginId, folder }: DevBuildOptions,
): Plugin => ({
  name: 'nousviz-extract-modules',
  // Before the widget plugin, which refuses more than one file.
  enforce: 'pre',
  buildEnd() {
    // External modules have no code.
    for (const id of this.getModuleIds())
      if (isOwn(id) && typeof this.getModuleInfo(id)?.code === 'string') files.add(id.split('?')[0]!);
  },
  generateBundle: {
    order: 'post',
    async handler(_, output) {
      const chunks = Object.values(output).flatMap((file) => (file.type === 'chunk' ? [file] : []));
      const others = chunks.filter(({ isEntry }) => !isEntry);
      for (const { fileName } of others)
        names.set(fileName, previous?.names.get(fileName) ?? fileName.replace(/js$/, `${serial}.js`));
      for (const chunk of chunks.filter(({ isEntry }) => isEntry))
        chunk.code = ownExport(rewriteImports(chunk.code, names, modulesPath(pluginId)));
      for (const { fileName, code, moduleIds } of others) {
        delete output[fileName];
        const name = names.get(fileName)!;
        const known = previous?.modules.get(name);
        if (known !== undefined) {
          modules.set(name, known);
          continue;
        }
        // The source map of packages would be larger than their code.
        const text = moduleIds.some(isOwn) ? code : `${splitSourceMap(code)[0]}\n`;
        modules.set(name, rewriteImports(text, names, modulesPath(pluginId)));
        const list = () =>
          moduleIds.map((id) => {
            const info = this.getModuleInfo(id);
            const path = relative(folder, id).replaceAll(sep, '/');
            // The lines of a file, as its author knows them.
            const source = (isOwn(id) && readText(id.split('?')[0]!)) || (info?.code ?? '');
            return { path, text: source, importers: info?.importers ?? [] };
          });
        for (const problem of scan(text, fileName, { list })) {
          const message = formatProblem(problem);
          if (BUNDLE_PROBLEM.test(message)) continue;
          if (problem.level === 'error') this.error(message);
          this.warn(message);
        }
      }
    },
  },
});

/** Removes the lines about the generated entry from a build error. */
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
 * Builds a widget so that a page can apply a change and keep its state. Components register with Fast Refresh. Unchanged modules
 * keep their URLs, so that the page keeps its stores, contexts and packages.
 *
 * @throws {BuildError} for a mistake that the author can correct.
 */
export async function bundleForDev(source: Source, options: DevBuildOptions): Promise<DevBundle> {
  const { component } = source;
  const { folder, pluginId } = options;
  const extracted: Extracted = { modules: new Map(), names: new Map(), files: new Set() };
  const plugins = [
    registerComponents(component, folder),
    extractModules(extracted, options),
    splitModules(source, folder),
  ];
  try {
    const { code, warnings } = await bundle(source, { folder, mode: 'development', plugins });
    return {
      ...extracted,
      code: registerDefault(
        withWrapper(code),
        component,
        code.includes(` as ${WIDGET} }`) ? WIDGET : undefined,
      ),
      // Warnings about the URLs of modules do not concern the author.
      warnings: warnings.filter((warning) => !warning.includes(modulesPath(pluginId))),
    };
  } catch (thrown) {
    throw withoutEntry(thrown);
  }
}
