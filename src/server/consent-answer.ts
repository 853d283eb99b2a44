import { quote } from '../contract/words.ts';
import { json, refuse } from './answers.ts';
import type { Bundles } from './bundles.ts';
import { readConsent } from './consent-body.ts';
import { findConsentBytes } from './consent-bytes.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';

/** What a consent is recorded in, and what for. */
interface ConsentOptions {
  bundles: Bundles;
  requireHashes: boolean;
  verdict: 'trusted' | 'sandboxed';
}

/** Whether a page or a program has sent a decision: browsers send these headers, and pages cannot leave them out. */
export const viaOf = ({ headers }: Request): 'page' | 'other' =>
  headers.has('origin') || headers.has('sec-fetch-site') ? 'page' : 'other';

/** Answers an operator's consent to a plugin, to trust it or to run it sandboxed (CONTRACT P3, T4, T6). */
export async function answerConsent(
  request: Request,
  plugin: DeclaredPlugin,
  who: string,
  { bundles, requireHashes, verdict }: ConsentOptions,
): Promise<Response> {
  const { id } = plugin;
  if (plugin.components.length === 0)
    return refuse(400, `plugin.yaml of ${quote(id)} declares no frontend components, so it needs no trust.`);
  const body = await readConsent(request, requireHashes);
  if (body.refusal) {
    const { status, detail } = body.refusal;
    // The remedy is for the developer of the app, who reads this log and not the operator's page.
    console.warn(`[NousViz] The consent to ${quote(id)} was refused with HTTP ${status}: ${detail}`);
    return refuse(status, detail);
  }
  // The files are read once, so that the compared bytes are the consented bytes.
  const disk = await bundles.readDisk(plugin);
  const found = await findConsentBytes(disk, body.reviewed, (filename, sha256) =>
    bundles.findConsented(id, filename, sha256),
  );
  if (found.detail !== undefined) return refuse(409, found.detail);
  const note = { via: body.reviewed ? viaOf(request) : 'other', isRestored: found.isRestored } as const;
  const isSandboxed = verdict === 'sandboxed';
  await (isSandboxed
    ? bundles.sandbox(id, who, found.bytes, note)
    : bundles.consent(id, who, found.bytes, note));
  const { components } = await bundles.blockOf(plugin, await bundles.decisionOf(plugin));
  return json({ plugin_id: id, trusted: !isSandboxed, ...(isSandboxed && { sandboxed: true }), components });
}
