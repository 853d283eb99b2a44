import { useMemo } from 'react';
import type { Plugin, TrustHistoryRecord } from '../contract/index.ts';
import { internalsOf } from '../host/index.ts';
import { useHost, usePlugins } from '../react/index.ts';
import type { OwnMessages } from './messages.ts';
import { reviewOf, runningBundles, type Review } from './review.ts';
import { useMessages } from './ui-messages.tsx';
import { useDecisions, type Decisions } from './use-decisions.ts';
import { useTrustHistory } from './use-trust-history.ts';

/** What a decision about a plugin needs, and the decision. */
export interface TrustReviewData extends Partial<Review> {
  status: 'loading' | 'ready' | 'missing';
  /** Absent unless `ready`. */
  plugin: Plugin | undefined;
  /** Whether this app runs plugins in frames. */
  canSandbox: boolean;
  decisions: Decisions;
}

/** Returns what the list of plugins says about one plugin, and the decisions about it. */
export function useDecision(pluginId: string, own?: OwnMessages): TrustReviewData {
  const messages = useMessages(own);
  const canSandbox = internalsOf(useHost()).sandbox !== undefined;
  const { status, plugins } = usePlugins();
  const plugin = plugins.find(({ id }) => id === pluginId);
  const review = useMemo(() => plugin && reviewOf(plugin, canSandbox), [plugin, canSandbox]);
  const decisions = useDecisions(plugin, messages);
  return {
    status: plugin ? 'ready' : status === 'loading' ? 'loading' : 'missing',
    plugin,
    canSandbox,
    decisions,
    ...review,
  };
}

/** {@link TrustReviewData} with the plugin's history. */
export interface FullTrustReviewData extends TrustReviewData {
  /** Earlier code that the server still has and that does not run now, the newest first. */
  earlier: readonly TrustHistoryRecord[];
}

const isSame = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>> | undefined) =>
  other !== undefined && Object.entries(other).every(([file, hash]) => one[file] === hash);

/** The records whose code can run again, each code once. */
function earlierIn(records: readonly TrustHistoryRecord[], plugin: Plugin | undefined): TrustHistoryRecord[] {
  const running = plugin && (plugin.trusted || plugin.sandboxed) ? runningBundles(plugin) : undefined;
  const seen = new Set<string>();
  return records.filter(({ restorable, act, bundles }) => {
    const key = JSON.stringify(Object.entries(bundles).toSorted());
    const isNew = !seen.has(key);
    if (restorable && act !== 'revoke') seen.add(key);
    return restorable === true && act !== 'revoke' && isNew && !isSame(bundles, running);
  });
}

/** Returns all that {@link TrustReview} shows. @param pluginId The plugin's id. */
export function useTrustReview(pluginId: string, messages?: OwnMessages): FullTrustReviewData {
  const decision = useDecision(pluginId, messages);
  const { records } = useTrustHistory({ pluginId });
  const { plugin } = decision;
  const earlier = useMemo(() => earlierIn(records, plugin), [records, plugin]);
  return { ...decision, earlier };
}
