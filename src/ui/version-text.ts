import type { Plugin } from '../contract/index.ts';
import type { DecisionTexts } from './messages.ts';

/** The version of a plugin; while an accepted one runs in place of it, both. */
export const versionText = (
  { version, accepted_version }: Plugin,
  { review }: Pick<DecisionTexts, 'review'>,
): string => (accepted_version ? review.versions(accepted_version, version) : version);
