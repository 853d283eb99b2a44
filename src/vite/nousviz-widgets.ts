import { stat } from 'node:fs/promises';
import { parse, relative } from 'node:path';
import type { LibraryOptions, Plugin, UserConfig } from 'vite';
import {
  ASSET_LIMIT,
  ASSETS,
  attachStyles,
  buildMessage,
  commonJsText,
  isPartOfNode,
  isShimUrl,
  NODE_GLOBALS,
  resolveReact,
  scan,
  tooLarge,
} from '../bundling/index.ts';

/** Whether a module comes from an installed package. */
const isPackage = (id: string) => /[/\\]node_modules[/\\]/.test(id);

const COMMON_JS = '\0nousviz-commonjs:';
const MISSING = '\0nousviz-missing:';

/**
 * The Vite plugin for widgets, and Rolldown's where there are no style sheets: `react`, `react-dom` and their runtimes become
 * the page's own, for CommonJS packages too; style sheets and small files go into the bundle; what could not run in a page
 * is refused (CONTRACT B2).
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
            found: `Rollup ${rollupVersion}, which Vite 7 and older build with`,
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
        moduleTypes: { ...assetTypes, ...options.moduleTypes },
      };
    },

    outputOptions(options) {
      const { minify } = options;
      // Vite leaves the white space of a library's ES modules to its users' bundlers, and a page has none.
      const whole = typeof minify === 'object' ? { minify: { ...minify, codegen: true } } : {};
      return { ...options, ...whole, codeSplitting: false };
    },

    async resolveId(specifier, importer, options) {
      if (
        importer === undefined ||
        (/^[./]/.test(specifier) && !isPackage(importer) && !isShimUrl(specifier))
      ) {
        const own = await this.resolve(specifier, importer, { ...options, skipSelf: true });
        if (!own || own.external || isPackage(own.id)) return own;
        // Without its package.json: below one that says "module", Rolldown takes a CommonJS package's `default` for a member, as
        // Node does, where TypeScript and authors mean what that package exports as its default.
        const { packageJsonPath: _, ...rest } = own;
        return rest;
      }
      const asking = (options as { kind?: string }).kind === 'require-call' ? 'require' : 'import';
      const file = relative('', importer);
      const found = resolveReact(specifier, asking);
      if (found) {
        // Left as it is: it names no place on this disk.
        if ('url' in found) return { id: found.url, external: 'absolute' };
        if ('commonJs' in found) return COMMON_JS + found.commonJs;
        return this.error(buildMessage(found.refused, { file, specifier }));
      }
      if (!(await isPartOfNode(specifier, importer))) return undefined;
      const text = buildMessage('NODE_BUILT_IN', { file, specifier });
      if (asking === 'import') return this.error(text);
      // A package may be prepared for its absence: it asks as it runs, and hears the same.
      this.warn(text);
      missing.set(specifier, text);
      return MISSING + specifier;
    },

    async load(id) {
      if (id.startsWith(COMMON_JS)) return commonJsText(id.slice(COMMON_JS.length));
      if (id.startsWith(MISSING))
        return `throw new Error(${JSON.stringify(missing.get(id.slice(MISSING.length)))});`;
      const [path = ''] = id.split('?');
      if (!isVite && path.endsWith('.css'))
        return this.error(buildMessage('STYLES_NEED_VITE', { file: relative('', path) }));
      if (ASSETS.test(path)) {
        const { size } = await stat(path);
        if (size > ASSET_LIMIT) return this.error(tooLarge(path, size));
      }
      return undefined;
    },

    onLog(_, { code, exporter = '', id = '' }) {
      // A bundler for libraries would leave it to those who use them.
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
          for (const { level, text } of await scan(chunk.code, chunk.fileName, readModules)) {
            if (level === 'error') this.error(text);
            this.warn(text);
          }
        }
      },
    },
  };
}

/**
 * What a widget's build needs and its author did not say, and nothing else: Vite joins lists, so that a format that stands in both
 * configurations is built twice.
 */
function configure({ build: { lib, target } = {} }: UserConfig): UserConfig {
  if (lib && lib.formats?.some((format) => format !== 'es'))
    throw new Error('A widget is an ES module: build with build.lib.formats ["es"].');
  return {
    define: NODE_GLOBALS,
    // Not left to a tsconfig.json, which may say "react": classic JSX.
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      ...(target === undefined && { target: 'es2020' }),
      copyPublicDir: false,
      assetsInlineLimit: ASSET_LIMIT,
      cssCodeSplit: false,
      ...(lib && { lib: libraryOf(lib) }),
    },
  };
}

/** What is to be added to a library's options, which Vite has without their `entry` there. */
function libraryOf(lib: LibraryOptions): LibraryOptions {
  const { cssFileName = 'style', formats } = lib;
  const added: Partial<LibraryOptions> = {
    cssFileName,
    fileName: nameOf(lib),
    ...(formats === undefined && { formats: ['es'] }),
  };
  return added as LibraryOptions;
}

/** A bundle's name ends in `.js`, whatever the package's type makes Vite think (CONTRACT M1). */
function nameOf({ entry, fileName }: LibraryOptions): NonNullable<LibraryOptions['fileName']> {
  if (typeof fileName === 'function') return fileName;
  const name = fileName?.replace(/\.js$/, '');
  return (_, entryName) => `${name ?? (typeof entry === 'string' ? parse(entry).name : entryName)}.js`;
}

const endings = ['png', 'jpg', 'jpeg', 'gif', 'webp', 'avif', 'svg', 'ico', 'woff', 'woff2', 'ttf', 'otf'];
const assetTypes = Object.fromEntries(endings.map((ending) => [`.${ending}`, 'dataurl' as const]));
