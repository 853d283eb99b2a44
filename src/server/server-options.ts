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
