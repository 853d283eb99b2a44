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

/** Stores the operators' consents, and the bytes that they are bound to (CONTRACT T1, T4). */
export interface TrustStore {
  /** Returns the grants of the trusted and of the sandboxed plugins, by plugin id. */
  grants(): Promise<ReadonlyMap<string, Grant>>;
  /**
   * Stores the bytes, then records the consent to them. When it resolves, both survive a crash.
   *
   * @param bundles The bytes by file name.
   */
  consent(pluginId: string, who: string, bundles: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /**
   * Stores the bytes, then records that the plugin runs them sandboxed, whatever its verdict was (CONTRACT T6).
   *
   * @param options.onlyNew Does nothing if there was any decision about the plugin before, for instance a revoke.
   */
  sandbox?(
    pluginId: string,
    who: string,
    bundles: ReadonlyMap<string, Uint8Array>,
    options?: { onlyNew?: boolean },
  ): Promise<void>;
  /** Binds a consent without hashes to bytes. Does nothing if the plugin has no such consent. */
  pin(pluginId: string, bundles: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Records that trust is revoked. When it resolves, the record survives a crash. */
  revoke(pluginId: string, who: string): Promise<void>;
  /** Returns consented bytes by hash; `undefined` if they are missing or no longer match the hash. */
  bytes(sha256: string): Promise<Uint8Array | undefined>;
  /**
   * Removes the copies of bytes that neither run nor belong to the last consent of a plugin; no record. Servers that use the store
   * may run meanwhile.
   *
   * @param options.dryRun Removes nothing, and returns the copies that it would remove.
   */
  compact?(options?: { dryRun?: boolean }): Promise<Compaction>;
}
