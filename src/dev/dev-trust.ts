import { grantAfter, hashesOf, sha256Of } from '../server/tools.ts';
import type { Grant, TrustStore } from '../server/index.ts';

/** The number of earlier bundles in the cache, for pages that still load them. */
const MAX_EARLIER = 50;

/** A trust store in memory that records revocations. */
export interface DevTrust extends TrustStore {
  /** Whether a plugin's trust is revoked and no consent followed. */
  isRevoked(pluginId: string): boolean;
  /** Records a consent to changed bytes with the plugin's present verdict, or at first with that of the store. */
  accept: TrustStore['consent'];
}

/**
 * Creates an empty store that is never saved: authors trust their own code while they write it (CONTRACT T4).
 *
 * @param first The verdict of the first consent: trust, unless it is `sandboxed`.
 */
export function createDevTrust(first?: Grant['verdict']): DevTrust {
  const grants = new Map<string, Grant>();
  const revoked = new Set<string>();
  const cached = new Map<string, Uint8Array>();

  function record(
    pluginId: string,
    who: string,
    bundles: ReadonlyMap<string, Uint8Array>,
    verdict?: Grant['verdict'],
  ): void {
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
    const grant = {
      who,
      when: new Date().toISOString(),
      bundles: hashesOf(bundles),
      ...(verdict && { verdict }),
    };
    grants.set(pluginId, grantAfter(grants.get(pluginId), grant));
    revoked.delete(pluginId);
  }

  return {
    grants: async () => new Map(grants),
    consent: async (pluginId, who, bundles) => record(pluginId, who, bundles),
    async sandbox(pluginId, who, bundles, { onlyNew = false } = {}) {
      if (!onlyNew || !(grants.has(pluginId) || revoked.has(pluginId)))
        record(pluginId, who, bundles, 'sandboxed');
    },
    // Every consent names its bytes.
    async pin() {},
    async revoke(pluginId) {
      grants.delete(pluginId);
      revoked.add(pluginId);
    },
    bytes: async (sha256) => cached.get(sha256),
    async accept(pluginId, who, bundles) {
      const grant = grants.get(pluginId);
      record(pluginId, who, bundles, grant ? grant.verdict : first);
    },
    isRevoked: (pluginId) => revoked.has(pluginId),
  };
}
