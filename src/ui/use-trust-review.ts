import { useMemo } from 'react';
import type { TrustHistoryRecord } from '../contract/index.ts';
import { earlierIn } from './earlier-records.ts';
import type { OwnMessages } from './messages.ts';
import { useDecision, type TrustReviewData } from './use-decision.ts';
import { useTrustHistory } from './use-trust-history.ts';

/** {@link TrustReviewData} with the plugin's history. */
export interface FullTrustReviewData extends TrustReviewData {
  /** Earlier code that the server still has and that does not run now, the newest first. */
  earlier: readonly TrustHistoryRecord[];
}

/** Returns all that {@link TrustReview} shows. @param messages The texts that are announced after a decision. */
export function useTrustReview(pluginId: string, messages?: OwnMessages): FullTrustReviewData {
  const decision = useDecision(pluginId, messages);
  const { records } = useTrustHistory({ pluginId });
  const { plugin } = decision;
  const earlier = useMemo(() => earlierIn(records, plugin), [records, plugin]);
  return { ...decision, earlier };
}
