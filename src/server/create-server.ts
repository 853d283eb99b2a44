import { API_BASE, isNameable, SANDBOX_PAGE } from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { createBundles } from './bundles.ts';
import { createPluginList } from './list.ts';
import { readOrigins, type AskedPart } from './origins.ts';
import { createPageTags, type PageTags } from './page-tags.ts';
import { createPluginsReader } from './plugins-folder.ts';
import { withoutLoginDialog } from './login-dialog.ts';
import { createRoutes } from './routes.ts';
import { readSandboxNames } from './sandbox-names.ts';
import { createShimReader } from './shims.ts';
import type { ServerOptions } from './server-options.ts';

/** The host API, and the tags for the pages that use it. */
export interface Server extends PageTags {
  /** Answers a request: shims, plugins, trust, bundles and dashboards (CONTRACT S1, P1–P5, P7). */
  fetch(request: Request): Promise<Response>;
  /** Whether a path, with or without a query, is one of the host API's. `fetch` answers all others with the option `notFound`. */
  isRoute(path: string): boolean;
  /**
   * Returns the refusal of a request that the app must not answer either: one of a sandboxed plugin for a path that is not its own,
   * or one under the name of a plugin's frame. `fetch` and {@link toNodeHandler} refuse such requests themselves.
   */
  refusal(request: AskedPart): Promise<Response | undefined>;
  /**
   * Returns the sources of the directive `frame-src` that the Content-Security-Policy of the host's pages needs: the pages of the frames
   * of sandboxed plugins and nothing else, so that a frame cannot navigate to another page. Without the option `origins` it is `'self'`.
   */
  frameSources(): Promise<string[]>;
}

/** Reads the option `newPlugins`. @returns Whether new plugins are sandboxed. */
function readNewPlugins(option: unknown = 'ask'): boolean {
  if (option === 'ask' || option === 'sandboxed') return option === 'sandboxed';
  throw new TypeError(`createServer: "newPlugins" is ${quote(option)}. Write "ask" or "sandboxed".`);
}

/** Reads the option `publicBase`. @returns The path of the host API in the browser. */
function readPublicBase(option: unknown, base: string): string {
  if (option === undefined) return base;
  // Nothing that a policy or an import map would read otherwise.
  if (typeof option === 'string' && /^(?:\/[\w.~@:-]+)+\/?$/.test(option)) return option.replace(/\/$/, '');
  throw new TypeError(
    `createServer: "publicBase" is ${quote(option)}, which is not a path. Write the path of the host API as the browser sees it: "/nous/api".`,
  );
}

/** Reads the option `ignoreEngines`. */
function readIgnoreEngines(option: unknown = []): readonly string[] {
  if (Array.isArray(option) && option.every((id) => typeof id === 'string')) return option;
  throw new TypeError(
    `createServer: "ignoreEngines" is ${quote(option)}. Write a list of plugin ids: ["sales"].`,
  );
}

/**
 * Creates the host API over a folder of plugins.
 *
 * @throws {TypeError} if `origins` is not a list of origins, or another option has a wrong value.
 * @example
 * const server = createServer({ plugins: 'plugins', trust: fileTrustStore('data/trust.jsonl') });
 * serve({ fetch: server.fetch, hostname: '127.0.0.1', port: 4173 }); // of @hono/node-server
 */
export function createServer(options: ServerOptions): Server {
  const { trust, operator = () => 'operator', requireHashes = false } = options;
  const origins = readOrigins(options.origins ?? []);
  const base = (options.base ?? API_BASE).replace(/\/+$/, '');
  const publicBase = readPublicBase(options.publicBase, base);
  const { notFound: answerOther } = options;
  const notFound =
    answerOther &&
    (async (request: Request) => withoutLoginDialog(request, await answerOther(request), base));
  const folder = createPluginsReader(options.plugins);
  const bundles = createBundles(trust, { sandboxNew: readNewPlugins(options.newPlugins) });
  const list = createPluginList(folder, bundles, {
    ...options,
    ignoreEngines: readIgnoreEngines(options.ignoreEngines),
  });
  const parts = { base: publicBase, folder, bundles, list, readShim: createShimReader() };
  const names = readSandboxNames(options.sandboxOrigin, origins, folder);
  return {
    ...createRoutes({ ...parts, base, publicBase, origins, operator, requireHashes, notFound, names }),
    ...createPageTags(parts),
    async frameSources() {
      const all = [...origins.named, ...(await names.all())];
      const sources = all.map((origin) =>
        isNameable(origin) ? origin + publicBase + SANDBOX_PAGE : "'self'",
      );
      return sources.length > 0 ? [...new Set(sources)] : ["'self'"];
    },
  };
}
