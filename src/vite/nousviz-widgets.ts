import { relative } from 'node:path';
import type { Plugin, Rolldown } from 'vite';
import {
  ASSETS,
  attachStyles,
  buildMessage,
  checkAsset,
  checkSheet,
  classNamesIn,
  commonJsSource,
  compileClasses,
  findTailwind,
  formatProblem,
  isPackage,
  keepStrict,
  makesScripts,
  markedSource,
  nameClasses,
  NODE_GLOBALS,
  readQuery,
  readText,
  rewriteReferences,
  scan,
  sheetId,
  sheetUrlSource,
  TARGET,
  workerUrl,
  type Finding,
} from '../bundling/index.ts';
import {
  COMMON_JS,
  MARKED_MODULE,
  MISSING,
  RESOLVED,
  resolveImport,
  SHEET_URL,
  STYLES,
  type BuildPlace,
} from './resolve-imports.ts';
import { findUnresolved } from './unresolved.ts';
import { ASSET_TYPES, configure, type WidgetOptions } from './widget-options.ts';

/** The code of a worker in the module that Vite makes of it, whose first line this is. */
const WORKER_CODE = /^const jsContent = (.*);$/m;

/** The modules that the plugin loads or checks. */
const LOADED = [
  /nousviz-(?:commonjs|missing|sheet-url|marked):/,
  new RegExp(ASSETS.source.replace('$', String.raw`(?:\?|$)`), 'i'),
  /\.css(?:\?|$)/,
  /\?(?:url|init)\b/,
];

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
    tailwind: undefined,
    missing: new Map(),
  };
  /** Names the bundle among those of a page. */
  let key = '';
  /** The expressions that the author's configuration replaces. */
  let defined: ReadonlySet<string> = new Set();
  return {
    name: 'nousviz-widgets',
    enforce: 'pre',

    config(config) {
      isVite = true;
      defined = new Set(Object.keys(config.define ?? {}));
      return configure(config);
    },

    configResolved({ root, plugins, build }) {
      place.folder = root;
      place.tailwind = findTailwind(root, tailwind);
      key = sheetId(JSON.stringify(build.lib && build.lib.entry).replaceAll(root, ''));
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
      defined = new Set(Object.keys(options.transform?.define ?? {}));
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

    resolveId: {
      filter: RESOLVED,
      handler(specifier, importer, options) {
        return resolveImport(this, specifier, importer, options, place);
      },
    },

    load: {
      filter: { id: LOADED },
      async handler(id) {
        if (id.startsWith(COMMON_JS)) return commonJsSource(id.slice(COMMON_JS.length));
        if (id.startsWith(MARKED_MODULE)) return markedSource(id.slice(1), key);
        if (id.startsWith(MISSING))
          return `throw new Error(${JSON.stringify(place.missing.get(id.slice(MISSING.length)))});`;
        if (id.startsWith(SHEET_URL)) return sheetUrlSource(id.slice(SHEET_URL.length, -'.js'.length));
        const [path = ''] = id.split('?');
        if (!isVite && path.endsWith('.css'))
          return this.error(buildMessage('STYLES_NEED_VITE', { file: relative(place.folder, path) }));
        if (ASSETS.test(path) || /\?(?:url|init)\b/.test(id)) {
          const finding = await checkAsset(path, place.folder).catch(() => undefined);
          if (finding) report(this, [finding]);
        }
        return undefined;
      },
    },

    transform: {
      filter: { code: /import\.meta|url\(|@import|^const jsContent = |createObjectURL/ },
      async handler(code, id) {
        const [path = '', query] = id.split('?');
        const { worker, url } = readQuery(id);
        if (worker && url) {
          const [, text] = WORKER_CODE.exec(code) ?? [];
          return text ? { code: `export default ${workerUrl(text)};`, map: null } : undefined;
        }
        if (STYLES.test(path)) report(this, await checkSheet(path, code, place.folder));
        if (query !== undefined || !/\.[cm]?[jt]sx?$/.test(path)) return undefined;
        const { text, findings } = rewriteReferences(code, path, place.folder) ?? {
          text: code,
          findings: [],
        };
        report(this, findings);
        const strict = makesScripts(text) ? withStrictScripts(text, (one) => this.parse(one)) : text;
        // Lines do not move.
        return strict === code ? undefined : { code: strict, map: null };
      },
    },

    async buildEnd(error) {
      if (!error) report(this, await findUnresolved(this, place.folder));
    },

    onLog(_, { code, id = '' }) {
      // A directive such as "use client" means nothing in a widget.
      return code === 'MODULE_LEVEL_DIRECTIVE' && isPackage(id) ? false : undefined;
    },

    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const sheets = Object.values(bundle).filter(({ fileName }) => fileName.endsWith('.css'));
        const css = sheets.map((sheet) => (sheet.type === 'asset' ? String(sheet.source) : '')).join('\n');
        for (const { fileName } of sheets) delete bundle[fileName];
        const others = Object.values(bundle).filter(
          (file) => !(file.type === 'chunk' && file.isEntry) && !file.fileName.endsWith('.map'),
        );
        if (others.length > 0)
          this.error(
            buildMessage('MANY_FILES', { files: others.map(({ fileName }) => fileName).join(', ') }),
          );
        const info = (id: string) => this.getModuleInfo(id);
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue;
          // Rolldown copies the code with each access.
          const { code } = chunk;
          const list = () =>
            chunk.moduleIds.map((id) => ({
              path: relative(place.folder, id),
              // The lines of a file, as its author knows them.
              get text() {
                return readText(id.split('?')[0]!) || (info(id)?.code ?? '');
              },
              get importers() {
                return (info(id)?.importers ?? []).map((one) => relative(place.folder, one));
              },
            }));
          for (const problem of scan(code, chunk.fileName, { list, defined })) {
            const text = formatProblem(problem);
            if (problem.level === 'error') this.error(text);
            this.warn(text);
          }
          // After the scan, which looks at the author's own default export.
          const isSplit = !code.includes('__nvTailwind');
          const classes =
            place.tailwind &&
            (await compileClasses(place.tailwind, wordsIn(this), isSplit ? key : undefined));
          const styled = attachStyles(code, css, { classes });
          const named = place.tailwind ? nameClasses(styled, classes, key) : styled;
          if (named !== code) chunk.code = named;
        }
      },
    },
  };
}

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

/** The code with strict scripts, unless the parser does not know it. */
function withStrictScripts(text: string, parse: (text: string) => object): string {
  try {
    return keepStrict(text, parse(text) as Parameters<typeof keepStrict>[1]) ?? text;
  } catch {
    return text;
  }
}

/** Reports findings as the plugin's own errors and warnings. */
function report(
  context: { error: (text: string) => never; warn: (text: string) => void },
  findings: readonly Finding[],
) {
  for (const { level, text } of findings) if (level === 'warning') context.warn(text);
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length > 0) context.error(errors.map(({ text }) => text).join('\n'));
}
