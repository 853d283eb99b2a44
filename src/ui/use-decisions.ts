import { useCallback, useEffect, useState } from 'react';
import type { Plugin, TrustHistoryRecord } from '../contract/index.ts';
import { useHost } from '../react/index.ts';
import { announce, prepareAnnouncements } from './announce.ts';
import type { DecisionTexts } from './messages.ts';
import { changeKey, reviewOf } from './review.ts';

/** An operator's act. */
export type Act = 'trust' | 'sandbox' | 'accept' | 'refuse' | 'keep' | 'rollBack' | 'revoke';

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
  /** Records "not now": nothing runs, and no page asks about these files again. */
  refuse(): Promise<boolean>;
  /** Records that the accepted version goes on running, and that no page asks about this change again. */
  keep(): Promise<boolean>;
  /** Runs the accepted files in the page in place of frames, or in frames in place of the page. */
  move(): Promise<boolean>;
  /** Consents to earlier code, which the server still has. */
  rollBack(record: TrustHistoryRecord): Promise<boolean>;
  revoke(): Promise<boolean>;
}

/** Loads the acts that most pages never need. */
const later = () => import('./later-acts.ts');

/** Sends an operator's decisions about a plugin, and announces what came of them. */
export function useDecisions(plugin: Plugin | undefined, messages: Pick<DecisionTexts, 'done'>): Decisions {
  const host = useHost();
  const { plugins } = host;
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
  const review = plugin && reviewOf(plugin, false);
  const hasChanged = review?.pending === 'change';

  return {
    busy,
    failure,
    trust: () => decide(hasChanged && plugin?.trusted ? 'accept' : 'trust', ({ id }) => plugins.trust(id)),
    sandbox: () => decide(plugin?.sandboxed ? 'accept' : 'sandbox', ({ id }) => plugins.sandbox(id)),
    refuse: () => decide('refuse', async (refused) => (await later()).decline(host, refused)),
    keep: () => decide('keep', async (kept) => (await later()).decline(host, kept, changeKey(review!.files))),
    move: () =>
      decide(plugin?.sandboxed ? 'trust' : 'sandbox', async (moved) => (await later()).move(host, moved)),
    rollBack: (record) => decide('rollBack', async (back) => (await later()).rollBack(host, back, record)),
    revoke: () => decide('revoke', ({ id }) => plugins.revoke(id)),
  };
}
