import type { Plugin } from '../contract/index.ts';
import { decided } from './decided-texts.ts';
import { formatTime } from './format.ts';
import { mergeMessages, type DecisionTexts, type General } from './messages.ts';

type Texts = General & Pick<DecisionTexts, 'review' | 'decided'>;

/** Who decided about the running code, and when; nothing if it is not known. */
export function decisionText(plugin: Plugin, messages: Texts): string | undefined {
  const { trusted_by, trusted_at, sandboxed, trusted } = plugin;
  const text = messages.review;
  if ((!trusted && !sandboxed) || (!trusted_by && !trusted_at)) return undefined;
  const when = formatTime(messages, trusted_at);
  if (!trusted_by) return (sandboxed ? text.sandboxedOn : text.trustedOn)(when);
  return (sandboxed ? text.sandboxedBy : text.trustedBy)(trusted_by, when);
}

/** Who decided against the code that does not run, and when; nothing if nobody has. */
export function againstText(plugin: Plugin, messages: Texts): string | undefined {
  const { declined, declined_by, declined_at, revoked_by, revoked_at } = plugin;
  const { refusedBy, keptBy, revokedBy } = mergeMessages(decided, messages.decided);
  const nameOf = (who: string | undefined) => who || messages.unknownPerson;
  if (declined_at !== undefined)
    return (declined === 'kept' ? keptBy : refusedBy)(nameOf(declined_by), formatTime(messages, declined_at));
  if (revoked_at === undefined) return undefined;
  return revokedBy(nameOf(revoked_by), formatTime(messages, revoked_at));
}
