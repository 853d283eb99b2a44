import { API_BASE } from '../contract/index.ts';
import { createBundles } from './bundles.ts';
import { createPluginList } from './list.ts';
import { readOrigins } from './origins.ts';
import { createPageTags, type PageTags } from './page-tags.ts';
import { createPluginsReader } from './plugins-folder.ts';
import { withoutLoginDialog } from './login-dialog.ts';
import { createRoutes } from './routes.ts';
import { createShimReader } from './shims.ts';
import type { ServerOptions } from './server-options.ts';

/** The host API, and the tags for the pages that use it. */
export interface Server extends PageTags {
  /** Answers a request: shims, plugins, trust, bundles and dashboards (CONTRACT S1, P1–P5, P7). */
  fetch(request: Request): Promise<Response>;
  /** Whether a path, with or without a query, is one of the host API's. `fetch` answers all others with the option `notFound`. */
  isRoute(path: string): boolean;
}

/**
 * Creates the host API over a folder of plugins.
 *
 * @throws {TypeError} if `origins` is not a list of origins.
 * @example
 * const server = createServer({ plugins: 'plugins', trust: fileTrustStore('data/trust.jsonl') });
 * serve({ fetch: server.fetch, hostname: '127.0.0.1', port: 4173 }); // of @hono/node-server
 */
export function createServer(options: ServerOptions): Server {
  const { trust, operator = () => 'operator', requireHashes = false } = options;
  const origins = readOrigins(options.origins ?? []);
  const base = (options.base ?? API_BASE).replace(/\/+$/, '');
  const { notFound: answerOther } = options;
  const notFound =
    answerOther &&
    (async (request: Request) => withoutLoginDialog(request, await answerOther(request), base));
  const folder = createPluginsReader(options.plugins);
  const bundles = createBundles(trust);
  const list = createPluginList(folder, bundles);
  const parts = { base, folder, bundles, list, readShim: createShimReader() };
  return {
    ...createRoutes({ ...parts, origins, operator, requireHashes, notFound }),
    ...createPageTags(parts),
  };
}
