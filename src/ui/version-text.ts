import type { Plugin } from '../contract/index.ts';
import type { DecisionTexts } from './messages.ts';

/** The version of a plugin; while another one waits for a decision, both. */
export const versionText = (
  { version, accepted_version, declined }: Plugin,
  { review }: Pick<DecisionTexts, 'review'>,
): string =>
  accepted_version ? (declined ? accepted_version : review.versions(accepted_version, version)) : version;
