import type { ComponentDeclaration } from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { IMMUTABLE, javascript, LIST_AGAIN, refuse } from './answers.ts';
import type { Bundles } from './bundles.ts';
import { consentedOf, covers } from './decisions.ts';
import { forFrame, refuseOutsideFrame } from './frame-request.ts';
import { innerFile, type DeclaredPlugin } from './plugins-folder.ts';
import { isSha256 } from './trust/grant.ts';
import type { Grant } from './trust/store.ts';

const REVIEW = 'Review the change under Settings → Plugins.';

/** Answers with the bytes of `?v=`, cached forever; 409 if no operator consented to them or they are lost. */
async function answerVersion(
  request: Request,
  bundles: Bundles,
  plugin: DeclaredPlugin,
  component: ComponentDeclaration,
  grant: Grant,
  version: string,
): Promise<Response> {
  if (!isSha256(version))
    return refuse(
      400,
      `v=${quote(version)} is not a SHA-256, which has 64 lower-case hex digits. ${LIST_AGAIN}`,
    );
  if (!covers(grant, component.filename, version))
    return refuse(409, `Nobody consented to these bytes of ${component.path}. ${LIST_AGAIN}`);
  const bytes = await bundles.cachedBytesOf(plugin, component, version);
  if (bytes) return javascript(request, bytes, version, IMMUTABLE);
  const reason = 'The server’s copy was removed by "trust compact" or deleted, or cannot be read.';
  return refuse(409, `The bytes of ${component.path} that were consented to are gone. ${REVIEW} ${reason}`);
}

/** Answers with the bytes of the last consent, whatever is on disk. */
async function answerLatest(
  request: Request,
  bundles: Bundles,
  plugin: DeclaredPlugin,
  component: ComponentDeclaration,
  grant: Grant,
): Promise<Response> {
  const hash = consentedOf(grant, component.filename);
  const bytes = hash === undefined ? undefined : await bundles.bytesOf(plugin, component, hash);
  if (bytes) return javascript(request, bytes, hash!, 'no-cache');
  // A file on disk is one that no operator consented to.
  if ((await innerFile(plugin.folder, component.path)) !== undefined)
    return refuse(
      403,
      `${component.path} is not the file that was consented to. ${REVIEW}` +
        (hash === undefined
          ? ''
          : ` The server has no copy of those bytes any more: it was deleted or cannot be read.`),
    );
  const advice = 'Build the widget and update the plugin; links may not leave its folder.';
  return refuse(404, `${component.path} is not a file in the folder of ${plugin.id}. ${advice}`);
}

/** Makes the answer about a file that no component has. */
export const undeclared = ({ id }: DeclaredPlugin, filename: string): Response =>
  refuse(404, `plugin.yaml of ${id} declares no component in ${filename}. ${LIST_AGAIN}`);

/** Refuses a request for a file of a plugin that is not trusted. */
export const awaitsConsent = ({ id }: DeclaredPlugin): Response =>
  refuse(403, `${id} waits for a decision. Review it under Settings → Plugins.`);

/** Answers a request for a bundle (CONTRACT P4). */
export async function answerBundle(
  request: Request,
  bundles: Bundles,
  plugin: DeclaredPlugin,
  filename: string,
): Promise<Response> {
  // A service worker would still run after the page is closed and trust is revoked.
  if (request.headers.get('service-worker') === 'script')
    return refuse(
      403,
      'A bundle cannot be a service worker: its code runs in the page, or not at all. Import it instead.',
    );
  const grant = await bundles.decisionOf(plugin);
  if (!grant) return awaitsConsent(plugin);
  const refusal = refuseOutsideFrame(request, plugin.id, grant);
  if (refusal) return refusal;
  const component = plugin.components.find((declared) => declared.filename === filename);
  if (!component) return undeclared(plugin, filename);
  const version = new URL(request.url).searchParams.get('v');
  const answer =
    version === null
      ? answerLatest(request, bundles, plugin, component, grant)
      : answerVersion(request, bundles, plugin, component, grant, version);
  return forFrame(await answer, grant);
}
