import { API_BASE } from '../contract/index.ts';
import { createBundles } from './bundles.ts';
import { LOOPBACK } from './consent-origin.ts';
import { createPluginList } from './list.ts';
import { createPageTags, type PageTags } from './page-tags.ts';
import { createPluginsReader } from './plugins-folder.ts';
import { createRoutes } from './routes.ts';
import { createShimReader } from './shim-files.ts';
import type { TrustStore } from './trust/store.ts';

/** The options of {@link createServer}. */
export interface ServerOptions {
  /** The folder whose subfolders each contain a `plugin.yaml` or `plugin.yml`; plugins may be added or removed while the server runs. */
  plugins: string;
  /** Where consents are stored, see {@link fileTrustStore}. */
  trust: TrustStore;
  /**
   * The path of the host API, for instance `/nous/api`.
   * @default "/api"
   */
  base?: string;
  /**
   * The `Host` names of this server, without port; consent is accepted only under these names.
   * @default ["localhost", "127.0.0.1", "[::1]"]
   */
  hosts?: readonly string[];
  /**
   * Returns the operator who sends a request, or `null`, which is answered with 401.
   * @default everyone is "operator"
   */
  operator?: (request: Request) => string | null | Promise<string | null>;
  /**
   * Answers all other requests, for instance to a plugin's own routes.
   * @default a 404 with `{detail}`
   */
  notFound?: (request: Request) => Response | Promise<Response>;
}

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
  const { trust, hosts = LOOPBACK, operator = () => 'operator', notFound } = options;
  const base = (options.base ?? API_BASE).replace(/\/+$/, '');
  const folder = createPluginsReader(options.plugins);
  const bundles = createBundles(trust);
  const list = createPluginList(folder, bundles);
  const readShim = createShimReader();
  return {
    fetch: createRoutes({ base, trust, hosts, operator, notFound, folder, bundles, list, readShim }),
    ...createPageTags({ base, folder, bundles, list, readShim }),
  };
}
