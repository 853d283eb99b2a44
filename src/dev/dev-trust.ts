import {
  actOf,
  askedBy,
  createLedger,
  cursorOf,
  factsOfAll,
  hashesOf,
  keptOf,
  notedOf,
  noteOf,
  recordedIn,
  sha256Of,
  viaOf,
  withBytes,
  type TrustRecord,
} from '../server/tools.ts';
import type { DecisionNote, Grant, TrustStore } from '../server/index.ts';

/** The number of earlier bundles in the cache, for pages that still load them. */
const MAX_EARLIER = 50;

/** The number of decisions that the record has; each saved file is one. */
const MAX_RECORDS = 1_000;

/** A trust store in memory that records revocations. */
export interface DevTrust extends TrustStore {
  /** Whether a plugin's trust is revoked and no consent followed. */
  isRevoked(pluginId: string): boolean;
  /** Records a consent to changed bytes with the plugin's present verdict, or at first with that of the store. */
  accept: TrustStore['consent'];
}

/** Makes a record of the newest decisions in memory. */
function createRecord(): Required<Pick<TrustStore, 'history'>> & { add(record: TrustRecord): void } {
  let records: TrustRecord[] = [];
  /** The number of older records, which are forgotten. */
  let forgotten = 0;
  return {
    add(record) {
      records.push(record);
      if (records.length < 2 * MAX_RECORDS) return;
      forgotten += records.length - MAX_RECORDS;
      records = records.slice(-MAX_RECORDS);
    },
    async history({ limit, before, ...query }) {
      const end = before === undefined ? Infinity : cursorOf(before);
      if (end === undefined) return undefined;
      const isAsked = askedBy(query);
      const found = records
        .flatMap((record, index) => {
          const made = recordedIn(record);
          const place = forgotten + index;
          return made && place < end && isAsked(made) ? [{ made, place }] : [];
        })
        .toReversed();
      const next = found.length > limit ? String(found[limit - 1]!.place) : null;
      return { records: found.slice(0, limit).map(({ made }) => made), next };
    },
  };
}

/**
 * Creates an empty store that is never saved: authors trust their own code while they write it (CONTRACT T4).
 *
 * @param first The verdict of the first consent: trust, unless it is `sandboxed`.
 */
export function createDevTrust(first?: Grant['verdict']): DevTrust {
  const ledger = createLedger();
  const { add, history } = createRecord();
  const revoked = new Set<string>();
  const cached = new Map<string, Uint8Array>();
  const grantOf = (pluginId: string) => ledger.grants().get(pluginId);

  function record(made: TrustRecord): void {
    ledger.apply(made);
    add(made);
  }

  function keep(bundles: ReadonlyMap<string, Uint8Array>): void {
    for (const bytes of bundles.values()) {
      const sha256 = sha256Of(bytes);
      // The last entry is removed last.
      cached.delete(sha256);
      cached.set(sha256, bytes);
    }
    for (const sha256 of cached.keys()) {
      if (cached.size <= MAX_EARLIER + bundles.size) break;
      cached.delete(sha256);
    }
  }

  function consent(
    plugin_id: string,
    who: string,
    bytes: ReadonlyMap<string, Uint8Array>,
    verdict: Grant['verdict'],
    note?: DecisionNote,
  ): void {
    keep(bytes);
    const bundles = hashesOf(bytes);
    const noted = notedOf(actOf(grantOf(plugin_id), { bundles, verdict }, note), note);
    const action = verdict ? 'sandbox' : 'trust';
    record({ plugin_id, action, ...noted, who, when: new Date().toISOString(), bundles });
    revoked.delete(plugin_id);
  }

  return {
    grants: async () => ledger.grants(),
    consent: async (pluginId, who, bytes, note) => consent(pluginId, who, bytes, undefined, note),
    async sandbox(pluginId, who, bytes, { onlyNew = false, ...note } = {}) {
      if (!onlyNew || !ledger.isDecided(pluginId)) consent(pluginId, who, bytes, 'sandboxed', note);
    },
    // Every consent names its bytes.
    async pin() {},
    async decline(plugin_id, who, bundles, note) {
      const grant = grantOf(plugin_id);
      const more = { who, when: new Date().toISOString(), bundles, ...keptOf(grant) };
      record({ plugin_id, action: grant ? 'keep' : 'refuse', ...noteOf(note), ...more });
    },
    decisionFacts: async (waiting) => factsOfAll(ledger, waiting),
    async revoke(plugin_id, who, note) {
      record({ plugin_id, action: 'revoke', ...viaOf(note), who, when: new Date().toISOString() });
      revoked.add(plugin_id);
    },
    bytes: async (sha256) => cached.get(sha256),
    hasConsented: async (...bytes) => ledger.hasConsented(...bytes),
    async history(query) {
      const page = await history(query);
      return page && query.withBytes
        ? withBytes(page, async (hashes) => new Set(hashes.filter((sha256) => cached.has(sha256))))
        : page;
    },
    async accept(pluginId, who, bytes, note) {
      const grant = grantOf(pluginId);
      consent(pluginId, who, bytes, grant ? grant.verdict : first, note);
    },
    isRevoked: (pluginId) => revoked.has(pluginId),
  };
}
