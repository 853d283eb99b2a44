import type { Connect, Environment, HtmlTagDescriptor, Plugin, ResolvedConfig } from 'vite';
import { createShimReader } from '../server/tools.ts';
import { API_BASE, PRELOADED_ID, shimPath, SHIMS } from '../contract/index.ts';
import { correctFramePolicy } from './frame-policy.ts';
import { preloadScript } from './preload-script.ts';
import { hasLibrary, libraryFiles, urlIn } from './library-files.ts';
import { basePath, compileRoutes, type Route } from './routes.ts';
import { serveShims } from './serve-shims.ts';

/** The options of {@link nousvizHost}. */
export interface NousvizHostOptions {
  /**
   * The URL of the host API, root-relative or absolute, as in `createHost({ apiBase })`. An absolute URL's own server serves
   * the shims.
   * @default "/api"
   */
  apiBase?: string;
  /**
   * Whether the dev server and the build contain the shims. If not, the host API must serve them.
   * @default true
   */
  shims?: boolean;
  /**
   * The dashboard of each page, as `<plugin id>/<dashboard>` by route, which pages request as soon as the HTML is read. Both parts
   * may be parameters of the route. The first route that matches wins, and each begins after Vite's `base`. Set it to `false` if
   * the session token is not in `localStorage["nousviz_auth_token"]`: pages then request nothing before `createHost`.
   * @default {}
   * @example { '/plugin/:plugin/:dashboard': ':plugin/:dashboard', '/': 'sales/overview' }
   */
  dashboards?: Readonly<Record<string, string>> | false;
}

/** The page's own import map, and its declaration of the encoding. The lengths are limited for tags that never end. */
const IMPORT_MAP =
  /<script\b[^<>]{0,500}?\btype\s{0,9}=\s{0,9}["']?importmap\b[^<>]{0,500}>(.*?)(?:<\/script>|$)/is;
const CHARSET = /<meta\s[^<>]{0,500}?\bcharset\b[^<>]{0,500}>/i;

/**
 * The Vite plugin for the app that embeds the runtime. It adds the shims to the dev server and to the build, and has pages request
 * the plugin list, the dashboard and its widgets before their own script runs.
 *
 * @throws {Error} for invalid options.
 * @example
 * export default defineConfig({
 *   plugins: [react(), nousvizHost({ dashboards: { '/plugin/:id/:name': ':id/:name' } })],
 * });
 */
export function nousvizHost(options: NousvizHostOptions = {}): Plugin {
  const { shims = true, dashboards = {} } = options;
  const apiBase = readApiBase(options.apiBase ?? API_BASE);
  const readShim = createShimReader();
  // Bundles import the shims from the root of the site that serves them (CONTRACT S6).
  const stableUrl = (path: string) => (URL.canParse(apiBase) ? new URL(path, apiBase).href : path);
  const moved = SHIMS.map(shimPath)
    .map((path) => [stableUrl(API_BASE + path), apiBase + path] as const)
    .filter(([stable, url]) => stable !== url);
  let config: ResolvedConfig;
  let routes: Route[] = [];

  function serve({ middlewares }: { middlewares: { use(handler: Connect.NextHandleFunction): unknown } }) {
    if (shims) middlewares.use(serveShims(apiBase, readShim));
    middlewares.use(correctFramePolicy(apiBase));
  }

  return {
    name: 'nousviz-host',

    configResolved(resolved) {
      config = resolved;
      routes = compileRoutes(dashboards || {}, config.base);
    },

    // Not in a returned function, which would run after the proxies are added.
    configureServer: serve,
    configurePreviewServer: serve,

    async generateBundle(_, bundle) {
      if (!isForBrowsers(this.environment, config)) return;
      if (!hasLibrary(bundle)) this.warn('Nothing in this build uses @nousviz/widget-runtime.');
      for (const shim of shims ? SHIMS : []) {
        const [path, base] = [apiBase + shimPath(shim), basePath(config.base)];
        // A path outside the base, on another site for instance, cannot be a file of the build.
        if (path.startsWith(base))
          this.emitFile({
            type: 'asset',
            fileName: path.slice(base.length),
            source: (await readShim(shim)).bytes,
          });
      }
    },

    transformIndexHtml: {
      // Last, to find an import map that another plugin adds.
      order: 'post',
      async handler(html, { bundle, chunk, path }) {
        const later = bundle ? chunk && libraryFiles(bundle, chunk) : [];
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

        // After the host's script, which the build moves into the head. The URLs of the shims are not known here, because a server
        // may add an import map to the page.
        for (const file of later) {
          const attrs = {
            rel: 'modulepreload',
            fetchpriority: 'low',
            href: urlIn(path.slice(1), file, config),
          };
          tags.push({ tag: 'link', attrs, injectTo: 'head' });
        }
        if (dashboards === false) return tags;

        const text = await preloadScript(apiBase, routes);
        const inline = `<script id="${PRELOADED_ID}">${text}</script>`;
        // The declaration of the encoding must be within the first 1024 bytes.
        if (CHARSET.test(html))
          return { html: html.replace(CHARSET, (charset) => `${charset}\n    ${inline}`), tags };
        tags.push({ tag: 'script', attrs: { id: PRELOADED_ID }, children: text });
        return tags;
      },
    },
  };
}

/** Whether a build is for browsers. Vite 5 has no environments; there, each build has a config of its own. */
const isForBrowsers = (environment: Environment | undefined, { build }: ResolvedConfig) =>
  environment ? environment.config.consumer === 'client' : !build.ssr;

function readApiBase(given: string): string {
  if (!/^(?:\/(?![/\\])|https?:\/\/)/.test(given))
    throw new Error(`nousvizHost: apiBase: "${given}" is neither a path from the root nor an absolute URL.`);
  return given.replace(/\/+$/, '');
}

/** Checks the page's own import map. The plugin adds no second one, because some browsers read only the first. */
function checkImportMap(text: string, moved: readonly (readonly [string, string])[], page: string) {
  const missing = moved.filter(([stable]) => !text.includes(JSON.stringify(stable)));
  if (missing.length === 0) return;
  const lines = missing.map(([stable, url]) => `  ${JSON.stringify(stable)}: ${JSON.stringify(url)}`);
  throw new Error(
    `nousvizHost: ${page} has its own import map. Add the imports that widgets need to it:\n${lines.join(',\n')}`,
  );
}
