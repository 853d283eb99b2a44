import { capitalise, formatSome } from './format.ts';
import type { DecisionTexts } from './messages.ts';
import type { FoundPower } from './powers.ts';

interface PowersProps {
  powers: readonly FoundPower[];
  messages: DecisionTexts;
}

/** The mark of a risk, which does not depend on colour. */
export const Mark = ({ isSevere, label }: { isSevere: boolean; label: string }) => (
  <span className={`nvz-ui-mark${isSevere ? ' nvz-ui-severe' : ''}`}>
    <span aria-hidden="true">{isSevere ? '!!' : '!'}</span>
    <span className="nvz-ui-hidden">{label}: </span>
  </span>
);

/** Lists powers, one in a line. Risky ones have a mark. */
export function PowerList({ powers, messages, isGone = false }: PowersProps & { isGone?: boolean }) {
  const { phrases, risky, severe } = messages.powers;
  return (
    <ul className="nvz-ui-powers">
      {powers.map(({ power, names, isRisky: wasRisky, isSevere }) => {
        // A power that the code no longer has needs no warning.
        const isRisky = wasRisky && !isGone;
        return (
          <li key={power} className={`nvz-ui-power${isRisky ? ' nvz-ui-risky' : ''}`} data-power={power}>
            {isRisky && <Mark isSevere={isSevere} label={isSevere ? severe : risky} />}
            <span>{capitalise(phrases[power](formatSome(messages, names, 20)), messages.locale)}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** Shows what code reaches for: the risky powers in full, the harmless ones folded. */
export function Powers({ powers, messages }: PowersProps) {
  const risky = powers.filter(({ isRisky }) => isRisky);
  const harmless = powers.filter(({ isRisky }) => !isRisky);
  return (
    <>
      {risky.length > 0 && <PowerList powers={risky} messages={messages} />}
      {harmless.length > 0 && (
        <details>
          <summary className="nvz-ui-summary">{messages.powers.harmless(harmless.length)}</summary>
          <PowerList powers={harmless} messages={messages} />
        </details>
      )}
    </>
  );
}
