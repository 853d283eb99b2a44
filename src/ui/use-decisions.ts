import { useCallback, useEffect, useState } from 'react';
import type { Plugin, TrustHistoryRecord } from '../contract/index.ts';
import { useHost } from '../react/index.ts';
import { announce, prepareAnnouncements } from './announce.ts';
import type { DecisionTexts } from './messages.ts';
import { keepChange } from './kept-changes.ts';
import { changeKey, reviewOf, runningBundles } from './review.ts';

/** An operator's act. */
export type Act = 'trust' | 'sandbox' | 'accept' | 'keep' | 'rollBack' | 'revoke';

/** The operator's decisions about one plugin. Each resolves to whether the server has recorded it, and never rejects. */
export interface Decisions {
  /** The act that waits for the server's answer; further acts are then ignored. */
  busy: Act | undefined;
  /** The act that failed last, and why. */
  failure: { act: Act; message: string } | undefined;
  /** Trusts the files on the server's disk, also changed ones. */
  trust(): Promise<boolean>;
  /** Runs the files on the server's disk in frames, also changed ones. */
  sandbox(): Promise<boolean>;
  /** Consents to the accepted version again, and stops asking about this change. */
  keep(): Promise<boolean>;
  /** Consents to earlier code, which the server still has. */
  rollBack(record: TrustHistoryRecord): Promise<boolean>;
  revoke(): Promise<boolean>;
}

/** Sends an operator's decisions about a plugin, and announces what came of them. */
export function useDecisions(plugin: Plugin | undefined, messages: Pick<DecisionTexts, 'done'>): Decisions {
  const { plugins } = useHost();
  const [busy, setBusy] = useState<Act>();
  const [failure, setFailure] = useState<Decisions['failure']>();
  useEffect(prepareAnnouncements, []);

  const decide = useCallback(
    async (act: Act, send: (plugin: Plugin) => Promise<void>) => {
      if (busy || !plugin) return false;
      setBusy(act);
      setFailure(undefined);
      try {
        await send(plugin);
        announce(messages.done[act](plugin.display_name));
        return true;
      } catch (thrown) {
        setFailure({ act, message: (thrown as Error).message });
        return false;
      } finally {
        setBusy(undefined);
      }
    },
    [busy, plugin, messages],
  );
  const hasChanged = plugin !== undefined && reviewOf(plugin, false).pending === 'change';
  /** Consents to bytes. @param isSandboxed Whether they run in frames only. */
  const consent = (id: string, isSandboxed: boolean, bundles?: Readonly<Record<string, string>>) =>
    isSandboxed ? plugins.sandbox(id, bundles) : plugins.trust(id, bundles);

  return {
    busy,
    failure,
    trust: () => decide(hasChanged ? 'accept' : 'trust', ({ id }) => plugins.trust(id)),
    sandbox: () => decide(plugin?.sandboxed ? 'accept' : 'sandbox', ({ id }) => plugins.sandbox(id)),
    keep: () =>
      decide('keep', async (kept) => {
        await consent(kept.id, kept.sandboxed === true, runningBundles(kept));
        keepChange(kept.id, changeKey(reviewOf(kept, false).files));
      }),
    rollBack: (record) =>
      // Where it runs now, or where the old code ran.
      decide('rollBack', ({ id, trusted, sandboxed = false }) =>
        consent(id, sandboxed || (!trusted && record.sandboxed === true), record.bundles),
      ),
    revoke: () => decide('revoke', ({ id }) => plugins.revoke(id)),
  };
}
