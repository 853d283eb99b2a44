import { relative } from 'node:path';
import type { Plugin } from 'vite';
import {
  ASSETS,
  attachStyles,
  buildMessage,
  checkAsset,
  checkSheet,
  commonJsSource,
  formatProblem,
  isNodeBuiltIn,
  isPackage,
  isUnknownFile,
  NODE_GLOBALS,
  placeOf,
  readQuery,
  readText,
  resolveReact,
  rewriteReferences,
  scan,
  sheetUrlSource,
  TARGET,
  unresolvedMessage,
  workerUrl,
  type Finding,
} from '../bundling/index.ts';
import { shimOf } from '../contract/index.ts';
import { findUnresolved, isDoubtful, isMissing } from './unresolved.ts';
import { ASSET_TYPES, configure } from './widget-options.ts';

const COMMON_JS = '\0nousviz-commonjs:';
const MISSING = '\0nousviz-missing:';
const SHEET_URL = '\0nousviz-sheet-url:';

const STYLES = /\.(?:css|s[ac]ss|less)(?:\?|$)/;

/** The code of a worker in the module that Vite makes of it, whose first line this is. */
const WORKER_CODE = /^const jsContent = (.*);$/m;

/** The modules that the plugin loads or checks. */
const LOADED = [
  /nousviz-(?:commonjs|missing|sheet-url):/,
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
export function nousvizWidgets(): Plugin {
  let isVite = false;
  let folder = process.cwd();
  /** Whether no other plugin may load further kinds of files. */
  let isAlone = false;
  const missing = new Map<string, string>();
  return {
    name: 'nousviz-widgets',
    enforce: 'pre',

    config(config) {
      isVite = true;
      return configure(config);
    },

    configResolved({ root, plugins }) {
      folder = root;
      isAlone = plugins.every(({ name }) => /^(?:vite|nousviz|native|builtin|alias)\b/.test(name));
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

    async resolveId(specifier, importer, options) {
      if (specifier.startsWith('.') && isPackage(importer ?? '') && !specifier.includes('?'))
        return undefined;
      const { worker, url } = readQuery(specifier);
      // A bundle is one file, so that every worker is inlined.
      if (worker && !/[?&]inline\b/.test(specifier))
        return this.resolve(`${specifier}&inline`, importer, { ...options, skipSelf: true });
      if (url && importer && STYLES.test(specifier)) {
        const path = specifier.split('?')[0]!;
        const sheet = await this.resolve(path, importer, { ...options, skipSelf: true });
        // Not by its own ending, because Vite would treat the module as a style sheet.
        return sheet && `${SHEET_URL}${sheet.id}.js`;
      }
      if (importer === undefined || (/^[./]/.test(specifier) && !isPackage(importer) && !shimOf(specifier))) {
        const own = await this.resolve(specifier, importer, { ...options, skipSelf: true });
        if (!own || own.external || isPackage(own.id)) return own;
        if (importer && isAlone && !own.id.includes('?') && isUnknownFile(own.id)) {
          const file = placeOf(specifier, importer, folder);
          return this.error(buildMessage('UNKNOWN_FILE', { file, specifier }));
        }
        // In a package with "type": "module", Rolldown imports CommonJS packages as Node does: `default` is the whole exports
        // object. TypeScript and authors mean the member `default`, so the module loses its package.json.
        const { packageJsonPath: _, ...rest } = own;
        return rest;
      }
      const { kind: called } = options as { kind?: string };
      const kind = called === 'require-call' ? 'require' : 'import';
      const isStatic = called === undefined || called === 'import-statement';
      const found = resolveReact(specifier, kind);
      if (found) {
        // An absolute path, because the URL is not a file on this disk.
        if ('url' in found) return { id: found.url, external: 'absolute' };
        if ('commonJs' in found) return COMMON_JS + found.commonJs;
        return this.error(
          buildMessage(found.refused, { file: placeOf(specifier, importer, folder), specifier }),
        );
      }
      let text: string;
      if (await isNodeBuiltIn(specifier, importer))
        text = buildMessage('NODE_BUILT_IN', { file: placeOf(specifier, importer, folder), specifier });
      else if (!isPackage(importer) || isDoubtful(specifier, importer)) {
        // Vite throws where a package does not export the module.
        const own = await this.resolve(specifier, importer, { ...options, skipSelf: true }).catch(() => null);
        if (!isMissing(own)) return own;
        text = unresolvedMessage(specifier, importer, folder);
      } else return undefined;
      if (isStatic) return this.error(text);
      // Code may handle a missing module that it requires, so that the bundle throws only then.
      this.warn(text);
      missing.set(specifier, text);
      return MISSING + specifier;
    },

    load: {
      filter: { id: LOADED },
      async handler(id) {
        if (id.startsWith(COMMON_JS)) return commonJsSource(id.slice(COMMON_JS.length));
        if (id.startsWith(MISSING))
          return `throw new Error(${JSON.stringify(missing.get(id.slice(MISSING.length)))});`;
        if (id.startsWith(SHEET_URL)) return sheetUrlSource(id.slice(SHEET_URL.length, -'.js'.length));
        const [path = ''] = id.split('?');
        if (!isVite && path.endsWith('.css'))
          return this.error(buildMessage('STYLES_NEED_VITE', { file: relative(folder, path) }));
        if (ASSETS.test(path) || /\?(?:url|init)\b/.test(id)) {
          const finding = await checkAsset(path, folder).catch(() => undefined);
          if (finding) report(this, [finding]);
        }
        return undefined;
      },
    },

    transform: {
      filter: { code: /import\.meta|url\(|@import|^const jsContent = / },
      async handler(code, id) {
        const [path = '', query] = id.split('?');
        const { worker, url } = readQuery(id);
        if (worker && url) {
          const [, text] = WORKER_CODE.exec(code) ?? [];
          return text ? { code: `export default ${workerUrl(text)};`, map: null } : undefined;
        }
        if (STYLES.test(path)) report(this, await checkSheet(path, code, folder));
        if (query !== undefined || !/\.[cm]?[jt]sx?$/.test(path)) return undefined;
        const rewritten = rewriteReferences(code, path, folder);
        if (!rewritten) return undefined;
        report(this, rewritten.findings);
        // Lines do not move.
        return { code: rewritten.text, map: null };
      },
    },

    async buildEnd(error) {
      if (!error) report(this, await findUnresolved(this, folder));
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
          const listModules = () =>
            chunk.moduleIds.map((id) => ({
              path: relative(folder, id),
              // The lines of a file, as its author knows them.
              get text() {
                return readText(id.split('?')[0]!) || (info(id)?.code ?? '');
              },
              get importers() {
                return (info(id)?.importers ?? []).map((one) => relative(folder, one));
              },
            }));
          for (const problem of scan(chunk.code, chunk.fileName, listModules)) {
            const text = formatProblem(problem);
            if (problem.level === 'error') this.error(text);
            this.warn(text);
          }
          // After the scan, which looks at the author's own default export.
          chunk.code = attachStyles(chunk.code, css);
        }
      },
    },
  };
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
