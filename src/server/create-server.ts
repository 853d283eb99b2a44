import { API_BASE } from '../contract/index.ts';
import { createBundles } from './bundles.ts';
import { LOOPBACK } from './consent-origin.ts';
import { createPluginList } from './list.ts';
import { createPageTags, type PageTags } from './page-tags.ts';
import { createPluginsReader } from './plugins-folder.ts';
import { withoutLoginDialog } from './login-dialog.ts';
import { createRoutes } from './routes.ts';
import { createShimReader } from './shim-files.ts';
import type { ServerOptions } from './server-options.ts';

/** The host API, and the tags for the pages that use it. */
export interface Server extends PageTags {
  /** Answers a request: shims, plugins, trust, bundles and dashboards (CONTRACT S1, P1–P5, P7). */
  fetch(request: Request): Promise<Response>;
}

/**
 * Creates the host API over a folder of plugins.
 *
 * @example
 * const server = createServer({ plugins: 'plugins', trust: fileTrustStore('data/trust.jsonl') });
 * serve({ fetch: server.fetch, hostname: '127.0.0.1', port: 4173 }); // of @hono/node-server
 */
export function createServer(options: ServerOptions): Server {
  const { trust, hosts = LOOPBACK, operator = () => 'operator' } = options;
  const base = (options.base ?? API_BASE).replace(/\/+$/, '');
  const { notFound: answerOther } = options;
  const notFound =
    answerOther &&
    (async (request: Request) => withoutLoginDialog(request, await answerOther(request), base));
  const folder = createPluginsReader(options.plugins);
  const bundles = createBundles(trust);
  const list = createPluginList(folder, bundles);
  const readShim = createShimReader();
  return {
    fetch: createRoutes({ base, trust, hosts, operator, notFound, folder, bundles, list, readShim }),
    ...createPageTags({ base, folder, bundles, list, readShim }),
  };
}
