import { jsonBytes, refuse } from './answers.ts';
import { awaitsConsent, undeclared } from './bundle-answer.ts';
import { mapOf } from './bundle-file.ts';
import type { Bundles } from './bundles.ts';
import { consentedOf } from './decisions.ts';
import { forFrame, refuseOutsideFrame } from './frame-request.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';

/** Answers a request for the source map of a bundle: the bytes of the last consent, as data that no page can run (CONTRACT P4). */
export async function answerMap(
  request: Request,
  bundles: Bundles,
  plugin: DeclaredPlugin,
  filename: string,
): Promise<Response> {
  const grant = await bundles.decisionOf(plugin);
  if (!grant) return awaitsConsent(plugin);
  const refusal = refuseOutsideFrame(request, plugin.id, grant);
  if (refusal) return refusal;
  const component = plugin.components.find((declared) => declared.filename === filename);
  if (!component) return undeclared(plugin, filename);
  const path = mapOf(component.path);
  const sha256 = consentedOf(grant, mapOf(filename));
  const bytes =
    sha256 === undefined ? undefined : await bundles.bytesOf(plugin, { ...component, path }, sha256);
  if (bytes) return forFrame(jsonBytes(request, bytes, sha256!), grant);
  return refuse(
    404,
    sha256 === undefined
      ? `${path} was not part of the consent. Build with source maps, update the plugin and consent to it.`
      : `The bytes of ${path} that were consented to are gone: the server’s copy was deleted or cannot be read. Consent to the plugin again.`,
  );
}
