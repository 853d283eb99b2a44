import type { TrustAct, TrustHistoryAnswer } from '../../contract/index.ts';
import type { Against, Hashes, Signed } from './against.ts';

/** An operator's consent to a plugin, which is trusted or sandboxed from then on. */
export interface Grant {
  who: string;
  /** ISO 8601, UTC. */
  when: string;
  /** The SHA-256 of the consented bytes, lower-case hex, by file name; absent in a consent of NousViz 1.0, which has no hashes. */
  bundles?: Readonly<Record<string, string>>;
  /** Present if the plugin runs in frames only, absent if it is trusted. A grant with any other value counts for nothing (CONTRACT T6). */
  verdict?: 'sandboxed';
  /** The hashes of earlier consents with the same verdict since trust was last revoked, by file name, the oldest first. */
  earlier?: Readonly<Record<string, readonly string[]>>;
}

/** The copies of bytes that a store has removed. */
export interface Compaction {
  /** The removed copies, with their sizes in bytes. */
  removed: { sha256: string; size: number }[];
  /** The number of the other copies. */
  kept: number;
}

/** What a store records about a decision, besides operator, time and bytes. */
export interface DecisionNote {
  /** Whether a page of this package made the decision. @default "other" */
  via?: 'page' | 'other';
  /** Whether any of the bytes are not those on the disk, but those of an earlier consent. */
  isRestored?: boolean;
  /** The version of the plugin with these bytes, if it is known. */
  version?: string;
}

/** What a store has recorded about a plugin besides its grant. */
export interface DecisionFacts {
  /** The version of the plugin with the bytes of the last consent. */
  version?: string;
  /** The last decision about exactly the bytes that wait, if it was one against them. */
  against?: Against;
  /** The revoke after which nobody has consented to any bytes. */
  revoked?: Signed;
}

/** Selects records of decisions. */
export interface HistoryQuery {
  /** The largest number of records. */
  limit: number;
  /** The `next` of the page before. */
  before?: string;
  pluginId?: string;
  act?: TrustAct;
  who?: string;
  /** Whether the records say if the store still has their bytes (`restorable`). */
  withBytes?: boolean;
}

/** Stores the operators' consents, and the bytes that they are bound to (CONTRACT T1, T4). */
export interface TrustStore {
  /** Returns the grants of the trusted and of the sandboxed plugins, by plugin id. */
  grants(): Promise<ReadonlyMap<string, Grant>>;
  /**
   * Stores the bytes, then records the consent to them. When it resolves, both survive a crash.
   *
   * @param bundles The bytes by file name.
   * @param note A store without a history may ignore it, here and below.
   */
  consent(
    pluginId: string,
    who: string,
    bundles: ReadonlyMap<string, Uint8Array>,
    note?: DecisionNote,
  ): Promise<void>;
  /**
   * Stores the bytes, then records that the plugin runs them sandboxed, whatever its verdict was (CONTRACT T6).
   *
   * @param options.onlyNew Does nothing if there was any decision about the plugin before, for instance a revoke.
   */
  sandbox?(
    pluginId: string,
    who: string,
    bundles: ReadonlyMap<string, Uint8Array>,
    options?: DecisionNote & { onlyNew?: boolean },
  ): Promise<void>;
  /**
   * Records that an operator does not want these bytes: "not now" for a plugin without a grant, else "keep the accepted ones". It changes
   * no grant. Without this method a page asks again at each visit.
   *
   * @param bundles The SHA-256 of the bytes by file name.
   */
  decline?(
    pluginId: string,
    who: string,
    bundles: Readonly<Record<string, string>>,
    note?: DecisionNote,
  ): Promise<void>;
  /**
   * Returns what is recorded about plugins besides their grants; nothing for a plugin without decisions.
   *
   * @param waiting The SHA-256 of the bytes that wait for a decision by file name, without source maps, by plugin id.
   */
  decisionFacts?(waiting: ReadonlyMap<string, Hashes>): Promise<ReadonlyMap<string, DecisionFacts>>;
  /** Binds a consent without hashes to bytes. Does nothing if the plugin has no such consent. */
  pin(pluginId: string, bundles: ReadonlyMap<string, Uint8Array>, note?: DecisionNote): Promise<void>;
  /** Records that trust is revoked. When it resolves, the record survives a crash. */
  revoke(pluginId: string, who: string, note?: DecisionNote): Promise<void>;
  /** Returns consented bytes by hash; `undefined` if they are missing or no longer match the hash. */
  bytes(sha256: string): Promise<Uint8Array | undefined>;
  /**
   * Whether anybody ever consented to bytes of a plugin as this file, with any verdict, also before trust was revoked. Without this
   * method, operators can roll back to the bytes of the consents since the last revoke (CONTRACT T6).
   */
  hasConsented?(pluginId: string, filename: string, sha256: string): Promise<boolean>;
  /**
   * Returns a page of the records of all decisions, the newest first (CONTRACT P8); `undefined` if `before` is not from such a page.
   * Without this method the host API has no record.
   */
  history?(query: HistoryQuery): Promise<TrustHistoryAnswer | undefined>;
  /**
   * Removes the copies of bytes that neither run nor belong to the last consent of a plugin; no record. Operators can no longer roll
   * back to these bytes. Servers that use the store may run meanwhile.
   *
   * @param options.dryRun Removes nothing, and returns the copies that it would remove.
   */
  compact?(options?: { dryRun?: boolean }): Promise<Compaction>;
}
