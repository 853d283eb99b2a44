import { parseHashes } from './grant.ts';

/** A record of the trust file, which is one line of JSON. */
export type TrustRecord =
  | {
      plugin_id: string;
      action: 'trust';
      who: string;
      when: string;
      bundles?: Readonly<Record<string, string>>;
    }
  | { plugin_id: string; action: 'pin'; when: string; bundles: Readonly<Record<string, string>> }
  | { plugin_id: string; action: 'revoke'; who: string; when: string };

/** Parses a line of the file; `undefined` if it is not a record. A revoke needs only its plugin, so that no other error invalidates it. */
export function parseRecord(text: string): TrustRecord | undefined {
  try {
    const line = JSON.parse(text) as TrustRecord;
    if (typeof line.plugin_id !== 'string') return undefined;
    if (line.action === 'revoke') return line;
    if (line.action === 'trust' && (typeof line.who !== 'string' || typeof line.when !== 'string'))
      return undefined;
    if (line.action === 'trust' && !Object.hasOwn(line, 'bundles')) return line;
    const bundles = parseHashes(line.bundles);
    return bundles && ['trust', 'pin'].includes(line.action) ? { ...line, bundles } : undefined;
  } catch {
    return undefined;
  }
}
