import type { DecisionTexts, General } from './messages.ts';

/** Formats a time in the language of the texts, to the minute. */
export function formatTime({ locale, unknownTime }: General, iso: string | undefined): string {
  const time = new Date(iso ?? '');
  if (Number.isNaN(time.getTime())) return unknownTime;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

/** Formats a list in the language of the texts: `a, b, and c`. */
export const formatList = ({ locale }: General, names: readonly string[]) =>
  new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);

/** Formats a list of which only the first few are named: `a, b, and 7 more`. */
export const formatSome = (messages: General, names: readonly string[], shown = 3) =>
  formatList(
    messages,
    names.length > shown + 1 ? [...names.slice(0, shown), messages.more(names.length - shown)] : names,
  );

/** Formats a number of bytes in the language of the texts: `1.4 kB`. */
export const formatSize = ({ locale }: General, bytes: number) =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 1 }).format(
    bytes / 1000,
  );

/** Begins a text with a capital, in the language of the texts. */
export const capitalise = (text: string, locale: string) =>
  text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

/** The sentence about what code reaches for: the risky things, or that there are none. @param isNew Whether other code runs. */
export function powerSentence(
  messages: DecisionTexts,
  powers:
    | readonly {
        power: keyof DecisionTexts['powers']['phrases'];
        names: readonly string[];
        isRisky: boolean;
      }[]
    | undefined,
  isNew = false,
): string {
  const { unscanned, none, harmlessOnly, sentence, phrases } = messages.powers;
  if (!powers) return unscanned;
  if (powers.length === 0) return none;
  const risky = powers.filter(({ isRisky }) => isRisky);
  if (risky.length === 0) return harmlessOnly;
  // The list of all powers has all names.
  return sentence(
    formatSome(
      messages,
      risky.map(({ power, names }) => phrases[power](formatSome(messages, names, 1))),
    ),
    isNew,
  );
}
