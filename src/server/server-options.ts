import type { TrustStore } from './trust/store.ts';

/** The options of `createServer`. */
export interface ServerOptions {
  /** The folder whose subfolders each hold a `plugin.yaml` or `plugin.yml`; plugins may come and go while the server runs. */
  plugins: string;
  /** Where consents are stored, see {@link fileTrustStore}. */
  trust: TrustStore;
  /**
   * Where the host API lives, `/nous/api` for instance.
   * @default "/api"
   */
  base?: string;
  /**
   * The `Host` names, without port, under which consent is accepted: the names of this server.
   * @default ["localhost", "127.0.0.1", "[::1]"]
   */
  hosts?: readonly string[];
  /**
   * The operator who sends a request, or `null`, which is answered with 401.
   * @default everyone is "operator"
   */
  operator?: (request: Request) => string | null | Promise<string | null>;
  /**
   * Answers every other request, to a plugin's own routes for instance.
   * @default a 404 with `{detail}`
   */
  notFound?: (request: Request) => Response | Promise<Response>;
}
