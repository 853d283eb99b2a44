import type { Plugin, Rolldown } from 'vite';
import {
  attachStyles,
  buildMessage,
  classNamesIn,
  compileClasses,
  findTailwind,
  formatProblem,
  isPackage,
  nameClasses,
  NODE_GLOBALS,
  scan,
  scanScript,
  sheetId,
  TARGET,
} from '../bundling/index.ts';
import { listModules } from './list-modules.ts';
import { readModules } from './read-modules.ts';
import type { BuildPlace } from './resolve-imports.ts';
import { ASSET_TYPES, configure, type WidgetOptions } from './widget-options.ts';

/**
 * The Vite plugin for widgets, which Rolldown can use for widgets without stylesheets. It replaces `react`, `react-dom` and their
 * runtimes with the page's own, also in CommonJS packages, puts stylesheets and small files into the bundle, and rejects code
 * that cannot run in a page (CONTRACT B2).
 *
 * @example
 * export default defineConfig({
 *   plugins: [nousvizWidgets()],
 *   build: { outDir: 'widget/dist', lib: { entry: 'widget/MyWidget.tsx', formats: ['es'], fileName: 'MyWidget' } },
 * });
 */
export function nousvizWidgets({ tailwind }: WidgetOptions = {}): Plugin {
  let isVite = false;
  const place: BuildPlace = {
    folder: process.cwd(),
    isAlone: false,
    key: '',
    tailwind: undefined,
    missing: new Map(),
    defined: new Set(),
  };
  return {
    name: 'nousviz-widgets',
    enforce: 'pre',

    config(config) {
      isVite = true;
      place.defined = new Set(Object.keys(config.define ?? {}));
      return { ...configure(config), worker: { plugins: () => [workerPlugin(place)] } };
    },

    configResolved({ root, plugins, css, build }) {
      place.folder = root;
      place.css = css;
      place.tailwind = findTailwind(root, tailwind);
      place.key = sheetId(JSON.stringify(build.lib && build.lib.entry).replaceAll(root, ''));
      place.isAlone = plugins.every(({ name }) => /^(?:vite|nousviz|native|builtin|alias)\b/.test(name));
    },

    options(options) {
      const { rollupVersion, rolldownVersion } = this.meta as Partial<typeof this.meta>;
      if (!rolldownVersion)
        throw new Error(
          buildMessage('VITE_TOO_OLD', {
            found: `Rollup ${rollupVersion}, which Vite 7 and older use`,
          }),
        );
      const count = typeof options.input === 'object' ? Object.keys(options.input).length : 1;
      if (count > 1) throw new Error(buildMessage('MANY_ENTRIES', { count: String(count) }));
      if (isVite) return undefined;
      place.tailwind = findTailwind(place.folder, tailwind);
      place.defined = new Set(Object.keys(options.transform?.define ?? {}));
      return {
        ...options,
        platform: 'browser',
        transform: {
          ...options.transform,
          target: options.transform?.target ?? TARGET,
          define: { ...NODE_GLOBALS, ...options.transform?.define },
        },
        moduleTypes: { ...ASSET_TYPES, ...options.moduleTypes },
      };
    },

    outputOptions(options) {
      const { minify } = options;
      // Vite does not remove the white space of a library, because its users' bundlers do; no bundler follows here.
      const codegen = typeof minify === 'object' ? { minify: { ...minify, codegen: true } } : {};
      return { ...options, ...codegen, codeSplitting: false };
    },

    ...readModules(place, { isWorker: false, isVite: () => isVite }),

    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const sheets = Object.values(bundle).filter(({ fileName }) => fileName.endsWith('.css'));
        const css = sheets.map((sheet) => (sheet.type === 'asset' ? String(sheet.source) : '')).join('\n');
        for (const { fileName } of sheets) delete bundle[fileName];
        const imported = new Set(
          Object.values(bundle).flatMap((file) =>
            file.type === 'chunk' ? [...file.imports, ...file.dynamicImports] : [],
          ),
        );
        // Rolldown writes an empty chunk for a module from which it could remove everything.
        for (const file of Object.values(bundle))
          if (file.type === 'chunk' && !file.isEntry && !imported.has(file.fileName))
            delete bundle[file.fileName];
        const others = Object.values(bundle).filter(
          (file) => !(file.type === 'chunk' && file.isEntry) && !file.fileName.endsWith('.map'),
        );
        if (others.length > 0)
          this.error(
            buildMessage('MANY_FILES', { files: others.map(({ fileName }) => fileName).join(', ') }),
          );
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue;
          // Rolldown copies the code with each access.
          const { code } = chunk;
          const list = () => listModules(this, chunk.moduleIds, place.folder);
          for (const problem of scan(code, chunk.fileName, { list, defined: place.defined })) {
            const text = formatProblem(problem);
            if (problem.level === 'error') this.error(text);
            this.warn(text);
          }
          // After the scan, which looks at the author's own default export.
          const isSplit = !code.includes('__nvTailwind');
          const classes =
            place.tailwind &&
            (await compileClasses(place.tailwind, wordsIn(this), isSplit ? place.key : undefined));
          const styled = attachStyles(code, css, { classes });
          const named = place.tailwind ? nameClasses(styled, classes, place.key) : styled;
          if (named !== code) chunk.code = named;
        }
      },
    },
  };
}

/** The plugin for the bundle of a worker: the widget's rules, except those about the page, which a worker does not have. */
const workerPlugin = (place: BuildPlace): Plugin => ({
  name: 'nousviz-widgets',
  enforce: 'pre',
  ...readModules(place, { isWorker: true, isVite: () => true }),
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      const list = () => listModules(this, chunk.moduleIds, place.folder);
      for (const problem of scanScript(chunk.code, chunk.fileName, { list, defined: place.defined }))
        this.warn(formatProblem(problem));
    }
  },
});

/** The words in the strings of the author's modules, among which are the class names. */
function wordsIn(context: Rolldown.PluginContext): string[] {
  return [...context.getModuleIds()].flatMap((id) => {
    const { code } = context.getModuleInfo(id) ?? {};
    if (!code || id.startsWith('\0') || isPackage(id)) return [];
    try {
      return classNamesIn(context.parse(code, { lang: 'tsx' })).map(({ name }) => name);
    } catch {
      // Not a module, such as a style sheet.
      return [];
    }
  });
}
