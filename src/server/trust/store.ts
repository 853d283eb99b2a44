/** What an operator consented to. */
export interface Grant {
  who: string;
  /** ISO 8601, UTC. */
  when: string;
  /** SHA-256, lower-case hex, of the bytes by file name; absent where the consent named none, as those of NousViz 1.0. */
  bundles?: Readonly<Record<string, string>>;
  /** Hashes that were consented before these, since trust was last revoked, by file name, oldest first. */
  earlier?: Readonly<Record<string, readonly string[]>>;
}

/** Where the operators' consents are kept, with the bytes that they are bound to (CONTRACT T1, T4). */
export interface TrustStore {
  /** The plugins that are trusted now, by id. */
  grants(): Promise<ReadonlyMap<string, Grant>>;
  /**
   * Keeps the bytes, then records the consent to them; once it resolves, both outlive a crash.
   *
   * @param bundles The bytes by file name.
   */
  consent(pluginId: string, who: string, bundles: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Names the bytes of a consent that names none. Changes nothing where no such consent stands, or stands no more. */
  pin(pluginId: string, bundles: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Records that trust is taken back; once it resolves, that outlives a crash. */
  revoke(pluginId: string, who: string): Promise<void>;
  /** Bytes that were consented to, by hash; `undefined` where they are not there, or are no longer what the hash says. */
  bytes(sha256: string): Promise<Uint8Array | undefined>;
}
