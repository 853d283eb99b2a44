export {
  exportTrustHistory,
  source,
  trustHistory,
  type AnswerError,
  type TrustHistoryQuery,
} from './history-client.ts';
export { PluginInspector, type PluginInspectorProps } from './inspector/plugin-inspector.tsx';
export { useInspector, type InspectorData } from './inspector/use-inspector.ts';
export { english, type Messages, type OwnMessages } from './messages.ts';
export { PluginRisk, type PluginRiskProps } from './plugin-risk.tsx';
export { PluginSettings, type PluginSettingsProps } from './plugin-settings.tsx';
export type { FoundPower, Power } from './powers.ts';
export type { Reason, Recommendation, Verdict } from './recommend.ts';
export type { FileKind, Review, ReviewedFile } from './review.ts';
export { SafeModeBar, type SafeModeBarProps } from './safe-mode-bar.tsx';
export { TrustBanner, type TrustBannerProps } from './trust-banner.tsx';
export { TrustHistory, type TrustHistoryProps } from './trust-history.tsx';
export { TrustReview, type TrustReviewProps } from './trust-review.tsx';
export { UiMessages, type UiMessagesProps, type UiProps } from './ui-messages.tsx';
export type { Act, Decisions } from './use-decisions.ts';
export {
  usePluginSettings,
  type PluginFilter,
  type PluginRow,
  type PluginSettingsData,
  type PluginState,
} from './use-plugin-settings.ts';
export { useSafeMode, type SafeModeData } from './use-safe-mode.ts';
export { useTrustHistory, type TrustHistoryData, type TrustHistoryOptions } from './use-trust-history.ts';
export type { TrustReviewData } from './use-decision.ts';
export { useTrustReview, type FullTrustReviewData } from './use-trust-review.ts';
