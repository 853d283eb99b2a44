import { stat } from 'node:fs/promises';
import { parse, relative } from 'node:path';
import type { LibraryOptions, Plugin, UserConfig } from 'vite';
import {
  ASSET_LIMIT,
  assetTooLarge,
  ASSETS,
  attachStyles,
  buildMessage,
  commonJsSource,
  formatProblem,
  isNodeBuiltIn,
  NODE_GLOBALS,
  resolveReact,
  scan,
} from '../bundling/index.ts';
import { shimOf } from '../contract/index.ts';

/** Whether a module belongs to an installed package. */
const isPackage = (id: string) => /[/\\]node_modules[/\\]/.test(id);

const COMMON_JS = '\0nousviz-commonjs:';
const MISSING = '\0nousviz-missing:';

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
  const missing = new Map<string, string>();
  return {
    name: 'nousviz-widgets',
    enforce: 'pre',

    config(config) {
      isVite = true;
      return configure(config);
    },

    options(options) {
      const { rollupVersion, rolldownVersion } = this.meta as Partial<typeof this.meta>;
      if (!rolldownVersion)
        throw new Error(
          buildMessage('VITE_TOO_OLD', {
            found: `Rollup ${rollupVersion}, which Vite 7 and older use`,
          }),
        );
      if (isVite) return undefined;
      return {
        ...options,
        platform: 'browser',
        transform: {
          ...options.transform,
          target: options.transform?.target ?? 'es2020',
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
      if (importer === undefined || (/^[./]/.test(specifier) && !isPackage(importer) && !shimOf(specifier))) {
        const own = await this.resolve(specifier, importer, { ...options, skipSelf: true });
        if (!own || own.external || isPackage(own.id)) return own;
        // In a package with "type": "module", Rolldown imports CommonJS packages as Node does: `default` is the whole exports
        // object. TypeScript and authors mean the member `default`, so the module loses its package.json.
        const { packageJsonPath: _, ...rest } = own;
        return rest;
      }
      const kind = (options as { kind?: string }).kind === 'require-call' ? 'require' : 'import';
      const file = relative('', importer);
      const found = resolveReact(specifier, kind);
      if (found) {
        // An absolute path, because the URL is not a file on this disk.
        if ('url' in found) return { id: found.url, external: 'absolute' };
        if ('commonJs' in found) return COMMON_JS + found.commonJs;
        return this.error(buildMessage(found.refused, { file, specifier }));
      }
      if (!(await isNodeBuiltIn(specifier, importer))) return undefined;
      const text = buildMessage('NODE_BUILT_IN', { file, specifier });
      if (kind === 'import') return this.error(text);
      // A CommonJS package may handle the missing module, so the bundle throws when it requires it.
      this.warn(text);
      missing.set(specifier, text);
      return MISSING + specifier;
    },

    async load(id) {
      if (id.startsWith(COMMON_JS)) return commonJsSource(id.slice(COMMON_JS.length));
      if (id.startsWith(MISSING))
        return `throw new Error(${JSON.stringify(missing.get(id.slice(MISSING.length)))});`;
      const [path = ''] = id.split('?');
      if (!isVite && path.endsWith('.css'))
        return this.error(buildMessage('STYLES_NEED_VITE', { file: relative('', path) }));
      if (ASSETS.test(path)) {
        const { size } = await stat(path);
        if (size > ASSET_LIMIT) return this.error(assetTooLarge(path, size));
      }
      return undefined;
    },

    onLog(_, { code, exporter = '', id = '' }) {
      // For a library this is a warning, because its users may install the package.
      if (code !== 'UNRESOLVED_IMPORT') return;
      const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(exporter) ?? [exporter];
      this.error(
        buildMessage('NOT_INSTALLED', { file: relative('', id), specifier: exporter, package: name }),
      );
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
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue;
          chunk.code = attachStyles(chunk.code, css);
          const readModules = async () =>
            chunk.moduleIds.map((id) => {
              const { code, importers = [] } = this.getModuleInfo(id) ?? {};
              return {
                path: relative('', id),
                text: code ?? '',
                importers: importers.map((one) => relative('', one)),
              };
            });
          for (const problem of await scan(chunk.code, chunk.fileName, readModules)) {
            const text = formatProblem(problem);
            if (problem.level === 'error') this.error(text);
            this.warn(text);
          }
        }
      },
    },
  };
}

/**
 * The options that a widget's build needs and the author did not set. It repeats no option of the author's: Vite concatenates
 * lists, so a format in both configurations would be built twice.
 */
function configure({ build: { lib, target } = {} }: UserConfig): UserConfig {
  if (lib && lib.formats?.some((format) => format !== 'es'))
    throw new Error('A widget is an ES module: build with build.lib.formats ["es"].');
  return {
    define: NODE_GLOBALS,
    // Explicit, because a tsconfig.json may set "react", which is classic JSX.
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      ...(target === undefined && { target: 'es2020' }),
      copyPublicDir: false,
      assetsInlineLimit: ASSET_LIMIT,
      cssCodeSplit: false,
      ...(lib && { lib: libraryOptions(lib) }),
    },
  };
}

/** The additional options of a library build. They have no `entry`, which Vite takes from the author's options. */
function libraryOptions(lib: LibraryOptions): LibraryOptions {
  const { cssFileName = 'style', formats } = lib;
  const added: Partial<LibraryOptions> = {
    cssFileName,
    fileName: bundleFileName(lib),
    ...(formats === undefined && { formats: ['es'] }),
  };
  return added as LibraryOptions;
}

/** The file name of a bundle, which ends in `.js` whatever the type of the package is (CONTRACT M1). */
function bundleFileName({ entry, fileName }: LibraryOptions): NonNullable<LibraryOptions['fileName']> {
  if (typeof fileName === 'function') return fileName;
  const name = fileName?.replace(/\.js$/, '');
  return (_, entryName) => `${name ?? (typeof entry === 'string' ? parse(entry).name : entryName)}.js`;
}

const EXTENSIONS = ['png', 'jpg', 'jpeg', 'gif', 'webp', 'avif', 'svg', 'ico', 'woff', 'woff2', 'ttf', 'otf'];
const ASSET_TYPES = Object.fromEntries(EXTENSIONS.map((extension) => [`.${extension}`, 'dataurl' as const]));
