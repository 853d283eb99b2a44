import type { TrustStore } from './trust/store.ts';

/** The options of `createServer`. */
export interface ServerOptions {
  /** The folder whose subfolders each contain a `plugin.yaml` or `plugin.yml`; plugins may be added or removed while the server runs. */
  plugins: string;
  /** Where consents are stored, see `fileTrustStore`. */
  trust: TrustStore;
  /**
   * The path of the host API, for instance `/nous/api`.
   * @default "/api"
   */
  base?: string;
  /**
   * The path of the host API as the browser sees it, if a framework or a proxy removes a part of it from the requests that arrive here,
   * such as Next's `basePath`: `/nous/api`.
   * @default base
   */
  publicBase?: string;
  /**
   * The origins of this host as the browser's address bar shows them, for instance `https://dash.example.com`: those of its pages, and
   * that of the host API if it differs. Their pages may change trust and read answers from another origin (CORS), and requests are
   * answered under their names (CONTRACT P3).
   * @default [] loopback names and IP addresses
   */
  origins?: readonly string[];
  /**
   * Refuses a consent without hashes, as NousViz 1.0 sends it (CONTRACT P3).
   * @default false
   */
  requireHashes?: boolean;
  /**
   * What becomes of a plugin about which there was no decision yet: `'ask'` leaves it alone, and `'sandboxed'` runs the bytes on disk
   * in a frame at once. A revoke is a decision (CONTRACT T6).
   * @default "ask"
   */
  newPlugins?: 'ask' | 'sandboxed';
  /**
   * Returns the origin of a sandboxed plugin's frame, for instance `https://sales.sandbox.example.com`. Such names must lead to this
   * server, which answers only the frame's own files under them; they need the option `origins`. Each plugin then has a process of its
   * own in browsers that isolate sites.
   * @default the origin of the page
   */
  sandboxOrigin?: (pluginId: string) => string;
  /**
   * Returns the place from which a plugin was installed, for instance the address of its package. Operators read it before they decide.
   * @default not stated
   */
  installedFrom?: (pluginId: string) => string | undefined | Promise<string | undefined>;
  /**
   * The ids of the plugins that run on every page, whatever versions their manifests say they need under `engines` (CONTRACT M4).
   * @default [] on a page of other versions, a plugin shows `DOES_NOT_FIT`
   */
  ignoreEngines?: readonly string[];
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
