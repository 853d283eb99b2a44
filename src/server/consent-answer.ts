import { quote } from '../contract/words.ts';
import { json, LIST_AGAIN, refuse } from './answers.ts';
import type { Bundles } from './bundles.ts';
import { readConsent, type ReviewedHashes } from './consent-body.ts';
import { findConsentBytes, withMaps, type FindConsented } from './consent-bytes.ts';
import { consentedVersion } from './consented-version.ts';
import { isSandboxed, isTrusted, versionNow } from './decisions.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import { isMap } from './trust/against.ts';
import { areSame, diskHashes, isWaiting } from './waiting-facts.ts';

/** What a consent is recorded in, and what for. */
interface ConsentOptions {
  bundles: Bundles;
  requireHashes: boolean;
  verdict: 'trusted' | 'sandboxed';
}

/** Whether a page or a program has sent a decision: browsers send these headers, and pages cannot leave them out. */
export const viaOf = ({ headers }: Request): 'page' | 'other' =>
  headers.has('origin') || headers.has('sec-fetch-site') ? 'page' : 'other';

/** Makes the answer about a plugin without code. */
const refuseWithoutCode = ({ id }: DeclaredPlugin) =>
  refuse(
    400,
    `plugin.yaml of ${quote(id)} declares no frontend components, so it needs no trust. ${LIST_AGAIN}`,
  );

/** Reads the hashes of a decision, or makes the answer that refuses it. */
async function readReviewed(
  request: Request,
  id: string,
  requireHashes: boolean,
): Promise<{ reviewed: ReviewedHashes | undefined; refusal?: undefined } | { refusal: Response }> {
  const body = await readConsent(request, requireHashes);
  if (!body.refusal) return body;
  const { status, detail } = body.refusal;
  // The remedy is for the developer of the app, who reads this log and not the operator's page.
  console.warn(`[NousViz] The consent to ${quote(id)} was refused with HTTP ${status}: ${detail}`);
  return { refusal: refuse(status, detail) };
}

/** Answers an operator's consent to a plugin, to trust it or to run it sandboxed (CONTRACT P3, T4, T6). */
export async function answerConsent(
  request: Request,
  plugin: DeclaredPlugin,
  who: string,
  { bundles, requireHashes, verdict }: ConsentOptions,
): Promise<Response> {
  const { id } = plugin;
  if (plugin.components.length === 0) return refuseWithoutCode(plugin);
  const body = await readReviewed(request, id, requireHashes);
  if (body.refusal) return body.refusal;
  // The files are read once, so that the compared bytes are the consented bytes.
  const disk = await bundles.readDisk(plugin);
  const findConsented: FindConsented = (...file) => bundles.findConsented(id, ...file);
  const found = await findConsentBytes(disk, body.reviewed, findConsented);
  if (found.detail !== undefined) return refuse(409, found.detail);
  const { isRestored } = found;
  const bytes = await withMaps(found.bytes, (...file) => bundles.findMap(id, ...file));
  const note = {
    via: body.reviewed ? viaOf(request) : 'other',
    isRestored,
    ...(isRestored ? await consentedVersion(bundles.history, id, body.reviewed!) : versionNow(plugin)),
  } as const;
  const isInFrames = verdict === 'sandboxed';
  await (isInFrames ? bundles.sandbox(id, who, bytes, note) : bundles.consent(id, who, bytes, note));
  const { components } = await bundles.blockOf(plugin, await bundles.decisionOf(plugin));
  return json({ plugin_id: id, trusted: !isInFrames, ...(isInFrames && { sandboxed: true }), components });
}

const NO_DECLINE =
  'The trust store of this server records no refusals. On the server, add the method "decline" to the store, or use fileTrustStore or postgresTrustStore.';

/** Answers an operator who does not want the bytes on the disk: not now, or not in place of the accepted ones (CONTRACT P3). */
export async function answerRefusal(
  request: Request,
  plugin: DeclaredPlugin,
  who: string,
  bundles: Bundles,
): Promise<Response> {
  const { id } = plugin;
  if (!bundles.decline) return refuse(404, NO_DECLINE);
  if (plugin.components.length === 0) return refuseWithoutCode(plugin);
  const body = await readReviewed(request, id, true);
  if (body.refusal) return body.refusal;
  const grant = await bundles.decisionOf(plugin);
  const block = await bundles.blockOf(plugin, grant);
  if (!isWaiting(block)) return refuse(409, `No bytes of ${quote(id)} wait for a decision. ${LIST_AGAIN}`);
  const disk = diskHashes(block);
  const reviewed = Object.fromEntries([...body.reviewed!].filter(([filename]) => !isMap(filename)));
  if (!areSame(disk, reviewed))
    return refuse(
      409,
      `The files of ${quote(id)} have changed since you saw them. Review the plugin again, then decide.`,
    );
  await bundles.decline(id, who, disk, { via: viaOf(request), ...versionNow(plugin) });
  return json({
    plugin_id: id,
    trusted: isTrusted(grant),
    ...(isSandboxed(grant) && { sandboxed: true }),
    declined: grant ? 'kept' : 'refused',
  });
}
