import { quote } from '../../contract/words.ts';
import { TrustStoreError } from './store-error.ts';
import type { Grant, TrustStore } from './store.ts';

/** A trust store whose plugins stop at once when they are revoked, also if the revoke cannot be recorded. */
export interface SuspendingStore extends Pick<TrustStore, 'grants' | 'consent' | 'revoke'> {
  /** As the store's own. @throws {TrustStoreError} if the store has no such verdict. */
  sandbox: NonNullable<TrustStore['sandbox']>;
  /** As the store's own; absent if the store has none. */
  decline: TrustStore['decline'];
  /** Whether a plugin may be trusted by the store, although it does not run. It may if the store cannot be read. */
  mayBeTrusted(pluginId: string): Promise<boolean>;
}

const NO_SANDBOX =
  'The trust store has no verdict "sandboxed". On the server, add the method "sandbox" to the store, or use fileTrustStore or postgresTrustStore.';

/** Throws an error that names the act and what follows, with the store's own reason if operators may read it. */
function failed(act: string, thrown: unknown, more: string): never {
  const reason =
    thrown instanceof TrustStoreError
      ? thrown.message
      : 'The trust store failed. Read the reason in the server’s log.';
  throw new TrustStoreError([act, reason, more].filter(Boolean).join(' '), thrown);
}

/** Makes a suspending store of a trust store. It remembers what it could not record until the process ends. */
export function suspending(trust: TrustStore): SuspendingStore {
  /** The plugins whose revoke is not recorded, with the revoke. */
  const suspended = new Map<string, symbol>();

  const resume = (pluginId: string, revoke: symbol | undefined) => {
    if (suspended.get(pluginId) === revoke) suspended.delete(pluginId);
  };

  /** Records a consent, after which the plugin runs again. */
  async function record(pluginId: string, consent: () => Promise<void>): Promise<void> {
    // A later revoke is not taken back by this consent.
    const earlier = suspended.get(pluginId);
    try {
      await consent();
    } catch (thrown) {
      failed(`The consent to ${quote(pluginId)} is not recorded.`, thrown, '');
    }
    resume(pluginId, earlier);
  }

  return {
    async grants() {
      const grants = await trust.grants();
      if (suspended.size === 0) return grants;
      const running = new Map<string, Grant>(grants);
      for (const pluginId of suspended.keys()) running.delete(pluginId);
      return running;
    },

    async mayBeTrusted(pluginId) {
      if (suspended.has(pluginId)) return true;
      return trust.grants().then(
        (grants) => grants.has(pluginId),
        () => true,
      );
    },

    consent: (pluginId, who, bundles, note) =>
      record(pluginId, () => trust.consent(pluginId, who, bundles, note)),

    async sandbox(pluginId, who, bundles, options = {}) {
      // A revoke that is not recorded is a decision too.
      if (options.onlyNew && suspended.has(pluginId)) return;
      await record(pluginId, async () => {
        if (!trust.sandbox) throw new TrustStoreError(NO_SANDBOX);
        await trust.sandbox(pluginId, who, bundles, options);
      });
    },

    decline:
      trust.decline &&
      (async (pluginId, ...decision) => {
        try {
          await trust.decline!(pluginId, ...decision);
        } catch (thrown) {
          failed(`The decision about ${quote(pluginId)} is not recorded.`, thrown, '');
        }
      }),

    async revoke(pluginId, who, note) {
      const own = Symbol(pluginId);
      suspended.set(pluginId, own);
      try {
        await trust.revoke(pluginId, who, note);
      } catch (thrown) {
        const meanwhile =
          'This server does not run the plugin meanwhile, but other servers do, and this one after a restart.';
        failed(`The revoke of ${quote(pluginId)} is not recorded.`, thrown, meanwhile);
      }
      resume(pluginId, own);
    },
  };
}
