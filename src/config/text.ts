import type { ConfigFault, Path } from './context.ts';

/** Writes a path as messages have it, `config.series[0].color`. */
export const spellConfigPath = (path: Path): string =>
  path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');

/** The fault as a sentence: place, fact and remedy. `config.type is "bars", but must be "line" or "bar". Did you mean "bar"?` */
export const sentenceOfFault = ({ path, fact, hint }: ConfigFault): string =>
  `config${spellConfigPath(path)} ${fact}.${hint && ` ${hint}`}`;

/** The number of further faults that a card names. */
const MAX_NAMED = 5;

/** The faults after the first: ` 2 more values are wrong: config.limit, config.tone.` */
function textOfOthers(others: readonly ConfigFault[]): string {
  if (others.length === 0) return '';
  const paths = [...new Set(others.map(({ path }) => `config${spellConfigPath(path)}`))];
  const named = [...paths.slice(0, MAX_NAMED), ...(paths.length > MAX_NAMED ? ['…'] : [])].join(', ');
  return ` ${others.length === 1 ? 'One more value is' : `${others.length} more values are`} wrong: ${named}.`;
}

/**
 * The faults of one panel as the text of its card, which says what is wrong with the first one, and where the others are.
 *
 * @param place The place of the first fault in the dashboard's file, if it is known.
 */
export function textOfFaults(faults: readonly ConfigFault[], place?: string): string {
  const [first, ...others] = faults;
  return `${place ? `${place}: ` : ''}${sentenceOfFault(first!)}${textOfOthers(others)}`;
}
