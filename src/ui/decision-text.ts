import type { Plugin } from '../contract/index.ts';
import type { DecisionTexts } from './messages.ts';

/** Who decided about the running code, and when; nothing if it is not known. */
export function decisionText(
  plugin: Plugin,
  messages: Pick<DecisionTexts, 'review'>,
  when: string,
): string | undefined {
  const { trusted_by, trusted_at, sandboxed, trusted } = plugin;
  const text = messages.review;
  if ((!trusted && !sandboxed) || (!trusted_by && !trusted_at)) return undefined;
  if (!trusted_by) return (sandboxed ? text.sandboxedOn : text.trustedOn)(when);
  return (sandboxed ? text.sandboxedBy : text.trustedBy)(trusted_by, when);
}
