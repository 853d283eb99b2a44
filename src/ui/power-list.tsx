import { formatSome } from './format.ts';
import type { Messages } from './messages.ts';
import type { FoundPower } from './powers.ts';

const capitalise = (text: string, locale: string) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

/** Lists powers, one in a line. Risky ones have a mark that does not depend on colour. */
export function PowerList({ powers, messages }: { powers: readonly FoundPower[]; messages: Messages }) {
  const { phrases, risky } = messages.powers;
  return (
    <ul className="nvz-ui-powers">
      {powers.map(({ power, names, isRisky }) => (
        <li key={power} className={isRisky ? 'nvz-ui-risky' : undefined} data-power={power}>
          {isRisky && (
            <span className="nvz-ui-mark" title={risky}>
              <span aria-hidden="true">!</span>
              <span className="nvz-ui-hidden">{risky}: </span>
            </span>
          )}
          {capitalise(phrases[power](formatSome(messages, names, 20)), messages.locale)}
        </li>
      ))}
    </ul>
  );
}

/** Shows what code reaches for: the risky powers in full, the harmless ones folded. */
export function Powers({ powers, messages }: { powers: readonly FoundPower[]; messages: Messages }) {
  const risky = powers.filter(({ isRisky }) => isRisky);
  const harmless = powers.filter(({ isRisky }) => !isRisky);
  return (
    <>
      {risky.length > 0 && <PowerList powers={risky} messages={messages} />}
      {harmless.length > 0 && (
        <details className="nvz-ui-fold">
          <summary>{messages.powers.harmless}</summary>
          <PowerList powers={harmless} messages={messages} />
        </details>
      )}
    </>
  );
}
