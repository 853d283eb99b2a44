import type { HtmlTagDescriptor, Plugin, ResolvedConfig } from 'vite';
import { createShimReader } from '../server/tools.ts';
import { API_BASE, PRELOADED_ID, shimPath, SHIMS } from '../contract/index.ts';
import { preloadScript } from './preload-script.ts';
import { hasModules, libraryFiles, libraryIn, urlIn } from './preloads.ts';
import { compileRoutes, pathOf, type Route } from './routes.ts';
import { serveShims } from './serve-shims.ts';

/** What {@link nousvizHost} takes; everything has a default. */
export interface NousvizHostOptions {
  /**
   * URL of the host API, root-relative or absolute: the same as `createHost({ apiBase })`. The shims of an absolute one are its
   * own server's.
   * @default "/api"
   */
  apiBase?: string;
  /**
   * Whether the dev server and the build have the shims; off, the host API has to.
   * @default true
   */
  shims?: boolean;
  /**
   * Which dashboard a page shows, as `<plugin id>/<dashboard>` by route, so that it is asked for as soon as the HTML is read. Either
   * may be a parameter of the route. The first route that fits counts, and Vite's `base` goes before each. `false` has pages ask
   * for nothing by themselves: where the session token is not in `localStorage["nousviz_auth_token"]`.
   * @default {}
   * @example { '/plugin/:plugin/:dashboard': ':plugin/:dashboard', '/': 'sales/overview' }
   */
  dashboards?: Readonly<Record<string, string>> | false;
}

/** The page's own import map, and where the page says how it is encoded. */
const IMPORT_MAP = /<script\b[^>]*\btype\s*=\s*["']?importmap\b[^>]*>(.*?)<\/script>/is;
const CHARSET = /<meta\s[^>]*\bcharset\b[^>]*>/i;

/** What every page loads with its first widget. */
const FIRST_SHIMS = ['react.js', 'react-jsx-runtime.js'] as const;

/**
 * The Vite plugin for the app that embeds the runtime: shims in the dev server and in the build, and pages that ask for the list,
 * the dashboard and its widgets before their own script has run.
 *
 * @throws {Error} for options that fit nothing.
 * @example
 * export default defineConfig({
 *   plugins: [react(), nousvizHost({ dashboards: { '/plugin/:id/:name': ':id/:name' } })],
 * });
 */
export function nousvizHost(options: NousvizHostOptions = {}): Plugin {
  const { shims = true, dashboards = {} } = options;
  const apiBase = readApiBase(options.apiBase ?? API_BASE);
  const readShim = createShimReader();
  // Bundles name the shims from the root of the site that they come from (CONTRACT S6).
  const stableUrl = (path: string) => (URL.canParse(apiBase) ? new URL(path, apiBase).href : path);
  const moved = SHIMS.map(shimPath)
    .map((path) => [stableUrl(API_BASE + path), apiBase + path] as const)
    .filter(([stable, url]) => stable !== url);
  let config: ResolvedConfig;
  let routes: Route[] = [];
  let library: ReadonlySet<string> = new Set();

  function serve({ middlewares }: { middlewares: { use(handler: ReturnType<typeof serveShims>): unknown } }) {
    if (shims) middlewares.use(serveShims(apiBase, readShim));
  }

  return {
    name: 'nousviz-host',

    configResolved(resolved) {
      config = resolved;
      routes = compileRoutes(dashboards || {}, config.base);
    },

    // At once, not in a function for later: before the proxies.
    configureServer: serve,
    configurePreviewServer: serve,

    buildEnd() {
      library = libraryIn({
        getModuleIds: () => this.getModuleIds(),
        getModuleInfo: (id) => this.getModuleInfo(id),
      });
    },

    async generateBundle() {
      if (!shims || this.environment.config.consumer !== 'client') return;
      for (const shim of SHIMS) {
        const [path, base] = [apiBase + shimPath(shim), pathOf(config.base)];
        // What is not below the base, on another site for instance, is no file of the build's.
        if (path.startsWith(base))
          this.emitFile({
            type: 'asset',
            fileName: path.slice(base.length),
            source: (await readShim(shim)).bytes,
          });
      }
    },

    transformIndexHtml: {
      // An import map of another plugin's is in the page by then.
      order: 'post',
      async handler(html, { bundle, chunk, path }) {
        const later = bundle ? chunk && libraryFiles(bundle, chunk, library) : [];
        if (bundle && !hasModules(bundle, library))
          this.warn('Nothing in this build uses @nousviz/widget-runtime.');
        if (!later) return undefined;

        const tags: HtmlTagDescriptor[] = [];
        const own = IMPORT_MAP.exec(html)?.[1];
        if (own !== undefined) checkImportMap(own, moved, path);
        else if (moved.length > 0)
          tags.push({
            tag: 'script',
            attrs: { type: 'importmap' },
            children: JSON.stringify({ imports: Object.fromEntries(moved) }).replaceAll(
              '<',
              String.raw`\u003c`,
            ),
          });

        const files = [
          ...FIRST_SHIMS.map((shim) => apiBase + shimPath(shim)),
          ...later.map((file) => urlIn(path.slice(1), file, config)),
        ];
        // Behind the host's script, which the build moves into the head.
        const injectTo = bundle ? 'head' : 'body';
        for (const href of files)
          tags.push({ tag: 'link', attrs: { rel: 'modulepreload', fetchpriority: 'low', href }, injectTo });
        if (dashboards === false) return tags;

        const text = await preloadScript(apiBase, routes);
        const request = `<script id="${PRELOADED_ID}">${text}</script>`;
        // What says the encoding has to be within the first 1024 bytes.
        if (CHARSET.test(html))
          return { html: html.replace(CHARSET, (charset) => `${charset}\n    ${request}`), tags };
        tags.push({ tag: 'script', attrs: { id: PRELOADED_ID }, children: text });
        return tags;
      },
    },
  };
}

function readApiBase(given: string): string {
  if (!/^(?:\/(?![/\\])|https?:\/\/)/.test(given))
    throw new Error(`nousvizHost: apiBase: "${given}" is neither a path from the root nor an absolute URL.`);
  return given.replace(/\/+$/, '');
}

/** Browsers may read a page's first import map alone, so there is no second one. */
function checkImportMap(text: string, moved: readonly (readonly [string, string])[], page: string) {
  const missing = moved.filter(([stable]) => !text.includes(JSON.stringify(stable)));
  if (missing.length === 0) return;
  const lines = missing.map(([stable, url]) => `  ${JSON.stringify(stable)}: ${JSON.stringify(url)}`);
  throw new Error(
    `nousvizHost: ${page} has an import map of its own, and widgets need these imports there:\n${lines.join(',\n')}`,
  );
}
