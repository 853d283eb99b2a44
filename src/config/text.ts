import type { ConfigFault, Path } from './context.ts';

/** Writes a path as messages have it, `config.series[0].color`. */
export const spellConfigPath = (path: Path): string =>
  path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');

/** The fault as a sentence: place, fact and remedy. `config.type is "bars", but must be "line" or "bar". Did you mean "bar"?` */
export const sentenceOfFault = ({ path, fact, hint }: ConfigFault): string =>
  `config${spellConfigPath(path)} ${fact}.${hint && ` ${hint}`}`;

/**
 * The faults of one panel as the text of its card, which names the first one.
 *
 * @param place The place of the first fault in the dashboard's file, if it is known.
 */
export function textOfFaults(faults: readonly ConfigFault[], place?: string): string {
  const [first] = faults;
  const more = faults.length - 1;
  const others = more > 0 ? ` ${more === 1 ? 'One more value is' : `${more} more values are`} wrong.` : '';
  return `${place ? `${place}: ` : ''}${sentenceOfFault(first!)}${others}`;
}
