import { isNameable } from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { isSameHost, hostOf, readOrigin, type AskedPart, type Origins } from './origins.ts';
import type { PluginsReader } from './plugins-folder.ts';
import { share } from './share.ts';

/** The origins that the option `sandboxOrigin` gives to the frames of plugins. */
export interface SandboxNames {
  /** The origin of a plugin's frame; `undefined` if it has none of its own. */
  originOf(pluginId: string): string | undefined;
  /** Whether a request is under the name of a plugin's frame. */
  isNameOf(request: AskedPart, pluginId: string): boolean;
  /** The installed plugin under the name of whose frame a request is. */
  pluginAt(request: AskedPart): Promise<string | undefined>;
  /** The origins of the frames of all installed plugins that have one of their own. */
  all(): Promise<readonly string[]>;
}

const NONE: SandboxNames = {
  originOf: () => undefined,
  isNameOf: () => false,
  pluginAt: async () => undefined,
  all: async () => [],
};

/**
 * Reads the option `sandboxOrigin`.
 *
 * @throws {TypeError} if it is not a function, or `origins` does not name the pages that show the frames as a policy can.
 */
export function readSandboxNames(
  option: ((pluginId: string) => string) | undefined,
  origins: Origins,
  folder: PluginsReader,
): SandboxNames {
  if (!option) return NONE;
  if (typeof option !== 'function')
    throw new TypeError(
      'createServer: "sandboxOrigin" is not a function. Write (pluginId) => `https://${pluginId}.sandbox.example.com`.',
    );
  if (!origins.areNamed)
    throw new TypeError(
      'createServer: "sandboxOrigin" needs the option "origins", because the frames must know which pages may show them. ' +
        'Name the origins of your pages: ["https://dash.example.com"].',
    );
  const unnameable = origins.named.find((origin) => !isNameable(origin));
  if (unnameable !== undefined)
    throw new TypeError(
      `createServer: "sandboxOrigin" does not work with pages at ${quote(unnameable)}, because a Content-Security-Policy cannot name this host. ` +
        'Open your pages under a name or an IPv4 address, and name that in the option "origins".',
    );

  function originOf(pluginId: string): string {
    const origin = readOrigin(option!(pluginId), `sandboxOrigin(${quote(pluginId)})`);
    const fact = `createServer: sandboxOrigin(${quote(pluginId)}) is ${quote(origin)}, which`;
    if (origins.includes(origin))
      throw new TypeError(
        `${fact} is an origin of the host’s own pages. Return an origin that has no pages.`,
      );
    if (!isNameable(origin))
      throw new TypeError(
        `${fact} a Content-Security-Policy cannot name. Return an origin with a name of letters, digits, "-" and ".".`,
      );
    return origin;
  }

  const isNameOf = (request: AskedPart, pluginId: string) =>
    isSameHost(new URL(originOf(pluginId)), hostOf(request));
  const isOwnHost = (request: AskedPart) =>
    origins.named.some((origin) => isSameHost(new URL(origin), hostOf(request)));
  const readIds = share(async () => (await folder.readAll()).plugins.map(({ id }) => id));

  return {
    originOf,
    isNameOf,
    all: async () => (await readIds()).map(originOf),
    pluginAt: async (request) =>
      isOwnHost(request) ? undefined : (await readIds()).find((id) => isNameOf(request, id)),
  };
}
