import { isRefusal, type Refusal } from './act.ts';
import { parseHashes } from './grant.ts';

/** The parts of a record that no grant depends on. */
interface Noted {
  /** The act, if its name is not that of the action. */
  act?: 'accept' | 'roll-back';
  /** Present if no page of this package made the decision. */
  via?: 'other';
  /** The plugin's version with these bytes. */
  version?: string;
}

/** A record of the trust file, which is one line of JSON. */
export type TrustRecord =
  | ({
      plugin_id: string;
      action: 'trust';
      who: string;
      when: string;
      bundles?: Readonly<Record<string, string>>;
    } & Noted)
  | ({
      plugin_id: string;
      action: 'sandbox';
      who: string;
      when: string;
      bundles: Readonly<Record<string, string>>;
      /** The record has no effect if there was any decision about the plugin before. */
      only_new?: boolean;
    } & Noted)
  | {
      plugin_id: string;
      action: 'pin';
      who?: string;
      when: string;
      bundles: Readonly<Record<string, string>>;
      version?: string;
    }
  | {
      plugin_id: string;
      action: Refusal;
      who: string;
      when: string;
      /** The bytes that do not run. */
      bundles: Readonly<Record<string, string>>;
      /** The bytes that go on running, if their hashes are known. */
      kept?: Readonly<Record<string, string>>;
      via?: 'other';
      version?: string;
      /** The plugin's version with the bytes that go on running. */
      kept_version?: string;
    }
  | {
      plugin_id: string;
      action: 'revoke';
      who: string;
      when: string;
      via?: 'other';
      /** The record is the first half of the decision in the next one, for versions that cannot read that one. */
      for?: 'sandbox';
    }
  // A decision of a later version. Whatever it was, the plugin is not what it was before.
  | { plugin_id: string; action: 'unknown' };

const isSigned = ({ who, when }: { who?: unknown; when?: unknown }) =>
  typeof who === 'string' && typeof when === 'string';

function parseSandbox(line: TrustRecord): TrustRecord | undefined {
  if (line.action !== 'sandbox' || !isSigned(line)) return undefined;
  const bundles = parseHashes(line.bundles);
  return bundles && { ...line, bundles };
}

/** The actions in whose place older versions read a refusal: they have the same effect on grants, which is none. */
const OLDER_ACTIONS = { refuse: 'revoke', keep: 'pin' } as const;

/** Makes the line of a record. */
export const storedLine = (record: TrustRecord): object =>
  isRefusal(record.action) ? { ...record, action: OLDER_ACTIONS[record.action], act: record.action } : record;

/** Reads a refusal; `undefined` for another record, and for one whose bytes cannot be read. */
function parseRefusal(line: {
  action: string;
  act?: unknown;
  who?: unknown;
  when?: unknown;
  bundles?: unknown;
  kept?: unknown;
}): TrustRecord | undefined {
  const { act, kept: all, ...record } = line;
  if (!isRefusal(act) || OLDER_ACTIONS[act] !== line.action || !isSigned(line)) return undefined;
  const bundles = parseHashes(line.bundles);
  const kept = parseHashes(all);
  return bundles && ({ ...record, action: act, bundles, ...(kept && { kept }) } as TrustRecord);
}

/**
 * Parses a line of the file; `undefined` if it is not a record. A revoke needs only its plugin, so that no other error invalidates it.
 * An unknown action, or a sandbox record that cannot be read, is a decision too: it is never skipped in favour of earlier trust.
 */
export function parseRecord(text: string): TrustRecord | undefined {
  try {
    const line = JSON.parse(text) as TrustRecord;
    const { plugin_id, action } = line;
    if (typeof plugin_id !== 'string' || typeof action !== 'string') return undefined;
    const refusal = parseRefusal(line);
    if (refusal) return refusal;
    if (action === 'revoke') return line;
    if (action === 'sandbox' || !['trust', 'pin'].includes(action))
      return parseSandbox(line) ?? { plugin_id, action: 'unknown' };
    if (action === 'trust' && !isSigned(line)) return undefined;
    if (action === 'trust' && !Object.hasOwn(line, 'bundles')) return line;
    const { bundles: hashes, act } = line as { bundles?: unknown; act?: unknown };
    // A refusal that cannot be read must not become a consent.
    const bundles = isRefusal(act) ? undefined : parseHashes(hashes);
    return bundles && ({ ...line, bundles } as TrustRecord);
  } catch {
    return undefined;
  }
}
