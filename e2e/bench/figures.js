import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { select } from './comparisons.js';

/** @typedef {import('./table.js').Summary} Summary */
/** @typedef {import('./statistics.js').Estimate} Estimate */
/** @typedef {Pick<Summary, 'lines' | 'comparisons' | 'registry'> & { command: string, node: string, processor: string, date: string }} Figures the recorded run in the benchmark’s README */

/** The file of these figures; a test compares README.md with it. */
export const FIGURES = fileURLToPath(new URL('figures.json', import.meta.url));

/**
 * Formats the figures as JSON with five significant digits.
 * @param {Figures} figures
 */
export const textOf = (figures) =>
  `${JSON.stringify(figures, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value), 2)}\n`;

/** @returns {Figures} */
export const readFigures = () => JSON.parse(readFileSync(FIGURES, 'utf8'));

/** @param {Estimate | undefined} estimate */
const ratioText = (estimate) =>
  estimate ? `${estimate.median.toFixed(2)} [${estimate.low.toFixed(2)}, ${estimate.high.toFixed(2)}]` : '–';

/**
 * The tables of README.md, as rows of cells.
 * @param {Figures} figures
 */
export function readmeTables({ lines, comparisons, registry }) {
  const own = ['nousviz-hints', 'nousviz-static'];
  const cells = [...new Set(lines.map(({ cell }) => cell))];
  /** @param {Partial<import('./comparisons.js').Comparison>} wanted */
  const comparison = (wanted, peer = false) => {
    const found = select(comparisons, { react: 19, ...wanted });
    return ratioText(found.find(({ base }) => !peer || base.endsWith('the best peer'))?.ratio);
  };
  const waves = (/** @type {string} */ cell, /** @type {string} */ contender) =>
    `${select(lines, { cell, contender, react: 19 })[0]?.cold.waves}`;
  const registered = registry.find(
    ({ way, names, react }) => way === 'register' && names === 10_000 && react === 19,
  );
  return {
    cold: cells.map((cell) => [
      cell,
      comparison({ cell, contender: 'nousviz-hints', measure: 'cold', base: 'limit-roots' }),
      comparison({ cell, contender: 'nousviz-static', measure: 'cold', base: 'limit-static' }),
      ...own.map((contender) => comparison({ cell, contender, measure: 'cold' }, true)),
      own.map((contender) => waves(cell, contender)).join(' / '),
    ]),
    next: cells.map((cell) => [
      cell,
      .../** @type {const} */ (['second', 'hovered']).map((measure) =>
        comparison({ cell, contender: 'nousviz-hints', measure }, true),
      ),
      .../** @type {const} */ (['long tasks', 'heap']).map((measure) =>
        comparison({ cell, contender: 'nousviz-hints', measure }),
      ),
    ]),
    more: [
      ...cells.flatMap((cell) => {
        const both = own.map((contender) => comparison({ cell, contender, base: 'React 18' }));
        return both.every((text) => text === '–')
          ? []
          : [[`React 19 against React 18, ${cell}`, both.join(' / ')]];
      }),
      ['10,000 new names, against as many in a bare `Map`', ratioText(registered?.toMap)],
      ['10,000 new names, against 1,000', ratioText(registered?.toFewer)],
      ['renders of 100 mounted panels meanwhile', `${registered?.renders}`],
    ],
  };
}
