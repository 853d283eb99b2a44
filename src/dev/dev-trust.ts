import { grantAfter, hashesOf, sha256Of } from '../server/tools.ts';
import type { Grant, TrustStore } from '../server/index.ts';

/** How many bundles are kept besides those that are current, for pages that have not followed yet. */
const KEPT = 50;

/** A trust store in memory, which knows whether somebody took trust back. */
export interface DevTrust extends TrustStore {
  /** Whether the last word about a plugin was to revoke its trust. */
  isRevoked(pluginId: string): boolean;
}

/** Makes an empty store that ends with its process: authors trust their own code while they write it (CONTRACT T4). */
export function createDevTrust(): DevTrust {
  const grants = new Map<string, Grant>();
  const revoked = new Set<string>();
  const kept = new Map<string, Uint8Array>();

  return {
    grants: async () => new Map(grants),
    async consent(pluginId, who, bundles) {
      for (const bytes of bundles.values()) {
        const sha256 = sha256Of(bytes);
        // Last come, last gone.
        kept.delete(sha256);
        kept.set(sha256, bytes);
      }
      for (const sha256 of kept.keys()) {
        if (kept.size <= KEPT + bundles.size) break;
        kept.delete(sha256);
      }
      const grant = { who, when: new Date().toISOString(), bundles: hashesOf(bundles) };
      grants.set(pluginId, grantAfter(grants.get(pluginId), grant));
      revoked.delete(pluginId);
    },
    // Every consent names its bytes.
    async pin() {},
    async revoke(pluginId) {
      grants.delete(pluginId);
      revoked.add(pluginId);
    },
    bytes: async (sha256) => kept.get(sha256),
    isRevoked: (pluginId) => revoked.has(pluginId),
  };
}
