import { quote } from '../contract/words.ts';
import { json, refuse } from './answers.ts';
import type { Bundles } from './bundles.ts';
import { differencesOf, readConsent } from './consent-body.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';

/** What a consent is recorded in, and what for. */
interface ConsentOptions {
  bundles: Bundles;
  requireHashes: boolean;
  verdict: 'trusted' | 'sandboxed';
}

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
  const { bundles: scripts, maps, problems } = await bundles.readDisk(plugin);
  // A page that knows no source maps consents to none.
  const known = [...maps].filter(([name]) => body.reviewed?.has(name) ?? true);
  const found = new Map([...scripts, ...known]);
  if (problems.length > 0) return refuse(409, problems.join(' '));
  const differences = body.reviewed ? differencesOf(body.reviewed, found) : [];
  if (differences.length > 0) {
    const advice = 'Review the plugin again, then decide.';
    return refuse(409, `The files have changed since you saw them: ${differences.join(', ')}. ${advice}`);
  }
  const isSandboxed = verdict === 'sandboxed';
  await (isSandboxed ? bundles.sandbox(id, who, found) : bundles.consent(id, who, found));
  const { components } = await bundles.blockOf(plugin, await bundles.decisionOf(plugin));
  return json({ plugin_id: id, trusted: !isSandboxed, ...(isSandboxed && { sandboxed: true }), components });
}
