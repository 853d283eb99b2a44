import { decided } from './decided-texts.ts';
import { formatSome } from './format.ts';
import { failuresInFrame } from './frame-failures.ts';
import { mergeMessages, type DecisionTexts } from './messages.ts';
import type { FoundPower } from './powers.ts';

interface InFrameProps {
  powers: readonly FoundPower[] | undefined;
  messages: DecisionTexts;
}

/** Names what was found in the code that fails in a frame. */
export function InFrame({ powers, messages }: InFrameProps) {
  const names = failuresInFrame(powers ?? []);
  const { failsInFrame } = mergeMessages(decided, messages.decided);
  if (names.length === 0) return null;
  return <p className="nvz-ui-text">{failsInFrame(formatSome(messages, names, 5), names.length)}</p>;
}
