import { readFile } from 'node:fs/promises';
import {
  isMatch,
  PLUGIN_ID,
  SANDBOX_REACTS,
  sandboxScriptUrl,
  shimPath,
  type SandboxReact,
} from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { notInstalled, NOSNIFF, refuse } from './answers.ts';
import type { Bundles } from './bundles.ts';
import { isSandboxed } from './decisions.ts';
import { inlineScripts } from './frame-boot.ts';
import { hostOf, isSameHost, type Origins } from './origins.ts';
import { packageFile } from './package-files.ts';
import { escaped } from './page-tags.ts';
import type { DeclaredPlugin, PluginsReader } from './plugins-folder.ts';
import { sandboxHeaders } from './sandbox-headers.ts';
import type { SandboxNames } from './sandbox-names.ts';
import type { ShimBytes } from './shims.ts';
import { sha256Of } from './trust/grant.ts';

const readPackageFile = async (path: string) => readFile(packageFile(path));

/** Reads the scripts of the frames' pages; `undefined` if the package has not got the file. */
export function createGuestReader(): (react: SandboxReact) => Promise<ShimBytes | undefined> {
  const guests = new Map<SandboxReact, ShimBytes>();
  return async (react) => {
    const cached = guests.get(react);
    if (cached) return cached;
    const bytes = await readPackageFile(`dist/sandbox/guest-${react}.js`).catch(() => undefined);
    if (!bytes) return undefined;
    const guest = { bytes: new Uint8Array(bytes), sha256: sha256Of(bytes) };
    guests.set(react, guest);
    return guest;
  };
}

/** Refuses a request for the frame of a React for which the package has no script. */
export const refuseGuest = (react: SandboxReact): Response =>
  refuse(
    503,
    `The server has no file dist/sandbox/guest-${react}.js of @nousviz/widget-runtime. Install the package again on the server, or build it.`,
  );

/** What the frame's page is made from. */
interface FrameOptions {
  base: string;
  folder: PluginsReader;
  bundles: Bundles;
  origins: Origins;
  names: SandboxNames;
  readGuest: ReturnType<typeof createGuestReader>;
}

/** Makes the function that answers with the page of a sandboxed plugin's frame (CONTRACT X1, X2). */
export function createFramePage(options: FrameOptions): (request: Request) => Promise<Response> {
  const { base, folder, bundles, origins, names, readGuest } = options;

  /** The origins under which the browser may see the page: a proxy may have replaced `Host` by another. */
  function originsOf(request: Request, pluginId: string): readonly string[] {
    if (names.isNameOf(request, pluginId)) return [names.originOf(pluginId)!];
    const host = hostOf(request);
    const isNamed = origins.named.some((origin) => isSameHost(new URL(origin), host));
    if (isNamed) return origins.named;
    // A source with `http:` also stands for `https:`, except in Chromium if it names a port.
    const isSecure = new URL(request.url).protocol === 'https:';
    return [...origins.named, `http://${host}`, ...(isSecure ? [`https://${host}`] : [])];
  }

  const pageOf = ({ display_name }: DeclaredPlugin, script: string): string =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(display_name)}</title>` +
    `${inlineScripts(script)}</head><body><div id="root"></div></body></html>`;

  return async (request) => {
    const { searchParams } = new URL(request.url);
    const id = searchParams.get('plugin');
    const react = SANDBOX_REACTS.find((major) => String(major) === searchParams.get('react'));
    if (!isMatch(PLUGIN_ID, id))
      return refuse(400, `plugin=${quote(id)} is not a plugin’s id. Take it from the list of plugins.`);
    if (!react)
      return refuse(
        400,
        `react=${quote(searchParams.get('react'))} is not a React that frames have. Write 18 or 19.`,
      );
    const refusal = names.isNameOf(request, id) ? undefined : origins.refuseRead(request);
    if (refusal !== undefined) return refuse(403, refusal);
    const { plugin, refused } = await folder.find(id);
    if (!plugin) return notInstalled(id, refused);
    if (!isSandboxed(await bundles.decisionOf(plugin)))
      return refuse(403, `${id} is not sandboxed. Run it sandboxed where the app asks about plugins.`);
    const guest = await readGuest(react);
    if (!guest) return refuseGuest(react);
    const script = `.${sandboxScriptUrl(react).slice(shimPath('').length - 1)}?v=${guest.sha256}`;
    const place = {
      pluginId: id,
      base,
      origins: originsOf(request, id),
      hosts: origins.named,
      script: guest.sha256,
    };
    return new Response(pageOf(plugin, script), {
      headers: {
        ...NOSNIFF,
        ...sandboxHeaders(place),
        'Content-Type': 'text/html; charset=utf-8',
        // It has no code of the plugin, and whatever it loads is asked for again or has its hash in the URL.
        'Cache-Control': 'private, max-age=300',
      },
    });
  };
}
