import type { Messages } from './messages.ts';

/** Formats a time in the language of the texts, to the minute. */
export function formatTime({ locale, unknownTime }: Messages, iso: string | undefined): string {
  const time = new Date(iso ?? '');
  if (Number.isNaN(time.getTime())) return unknownTime;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

/** Formats a list in the language of the texts: `a, b, and c`. */
export const formatList = ({ locale }: Messages, names: readonly string[]) =>
  new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);

/** Formats a list of which only the first few are named: `a, b, and 7 more`. */
export const formatSome = (messages: Messages, names: readonly string[], shown = 3) =>
  formatList(
    messages,
    names.length > shown + 1 ? [...names.slice(0, shown), messages.more(names.length - shown)] : names,
  );

/** The units that formats know, each a thousand times the one before. */
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** Formats a number of bytes in the language of the texts: `1.4 MB`. */
export function formatSize({ locale }: Messages, bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[power]!,
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power);
}

/** The sentence about what code reaches for: the risky things, or that there are none. */
export function powerSentence(
  messages: Messages,
  powers:
    | readonly { power: keyof Messages['powers']['phrases']; names: readonly string[]; isRisky: boolean }[]
    | undefined,
): string {
  const { unscanned, none, harmlessOnly, sentence, phrases } = messages.powers;
  if (!powers) return unscanned;
  if (powers.length === 0) return none;
  const risky = powers.filter(({ isRisky }) => isRisky);
  if (risky.length === 0) return harmlessOnly;
  return sentence(
    formatList(
      messages,
      risky.map(({ power, names }) => phrases[power](formatSome(messages, names))),
    ),
  );
}
