import {
  bundlePath,
  isOwnRoute,
  SANDBOX_PAGE,
  SANDBOX_REACTS,
  sandboxScriptUrl,
  shimPath,
  SHIMS,
  WIDGET_HEADER,
} from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import type { AskedPart } from './origins.ts';
import type { SandboxNames } from './sandbox-names.ts';

/** Returns the path of a request as it was sent, without the query. */
export const sentPath = (url: string): string => url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0]!;

/** The files of frames that have nothing to do with one plugin. */
const SHARED_FILES = [...SHIMS.map(shimPath), ...SANDBOX_REACTS.map(sandboxScriptUrl)];

/**
 * Makes the function that returns the message of the refusal of a request, or `undefined`. It refuses requests that the host sends for
 * a sandboxed plugin and that are not for the plugin's own routes, and requests under the name of a plugin's frame that are not for the
 * frame (CONTRACT X2).
 *
 * @param isRoute Whether a path is one of the server's own routes, whatever its name.
 */
export function createGuard(
  base: string,
  names: SandboxNames,
  isRoute: (path: string) => boolean,
): (request: AskedPart) => Promise<string | undefined> {
  function refuseWidget({ headers, url }: AskedPart): string | undefined {
    const id = headers.get(WIDGET_HEADER);
    const path = sentPath(url);
    if (id === null || (isOwnRoute(base, id, path) && !isRoute(path))) return undefined;
    return (
      `The request is from the sandboxed plugin ${quote(id)} (${WIDGET_HEADER}), and ${quote(path)} is not one of the plugin’s own routes. ` +
      `A sandboxed plugin may use ${base}/plugins/<its id>/… except for the host’s routes there. Trust the plugin if it needs more.`
    );
  }

  async function refuseName(request: AskedPart): Promise<string | undefined> {
    const id = await names.pluginAt(request);
    if (id === undefined) return undefined;
    const path = sentPath(request.url);
    const isPage = path === base + SANDBOX_PAGE && new URL(request.url).searchParams.get('plugin') === id;
    const isFile =
      SHARED_FILES.some((file) => path === base + file) ||
      (path.startsWith(base + bundlePath(id, '')) && !/[%\\]/.test(path));
    if (isPage || isFile) return undefined;
    return `Only the frame of the sandboxed plugin ${quote(id)} is available under this name. Open the host’s own address for anything else.`;
  }

  return async (request) => refuseWidget(request) ?? refuseName(request);
}
