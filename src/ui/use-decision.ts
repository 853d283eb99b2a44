import { useMemo } from 'react';
import type { Plugin } from '../contract/index.ts';
import { internalsOf } from '../host/index.ts';
import { useHost, usePlugins } from '../react/index.ts';
import { useIsKept } from './kept-changes.ts';
import { decisionTexts, type OwnMessages } from './messages.ts';
import { changeKey, reviewOf, type Review } from './review.ts';
import { useTexts } from './ui-messages.tsx';
import { useDecisions, type Decisions } from './use-decisions.ts';
import { useScanned } from './use-scanned.ts';

/** What a decision about a plugin needs, and the decision. */
export interface TrustReviewData extends Partial<Review> {
  status: 'loading' | 'ready' | 'missing';
  /** Absent unless `ready`. */
  plugin: Plugin | undefined;
  /** Whether this app runs plugins in frames. */
  canSandbox: boolean;
  /** Whether "not now" or "keep the old one" was decided about the files on the server's disk. */
  isDeclined: boolean;
  decisions: Decisions;
}

/** Returns what the list of plugins says about one plugin, and the decisions about it. */
export function useDecision(pluginId: string, own?: OwnMessages): TrustReviewData {
  const messages = useTexts(decisionTexts, own);
  const canSandbox = internalsOf(useHost()).sandbox !== undefined;
  const { status, plugins } = usePlugins();
  const listed = plugins.find(({ id }) => id === pluginId);
  const plugin = useScanned(listed);
  const review = useMemo(() => plugin && reviewOf(plugin, canSandbox), [plugin, canSandbox]);
  const decisions = useDecisions(listed, messages);
  const isKept = useIsKept(pluginId, changeKey(review?.files ?? []));
  return {
    status: plugin ? 'ready' : listed || status === 'loading' ? 'loading' : 'missing',
    plugin,
    canSandbox,
    isDeclined: plugin?.declined !== undefined || (review?.pending === 'change' && isKept),
    decisions,
    ...review,
  };
}
