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
  const cells = [...new Set(lines.map(({ cell }) => cell))];
  const own = ['nousviz-hints', 'nousviz-static'];
  const both = (/** @type {(contender: string) => string} */ format) => own.map(format).join(' / ');
  const line = (/** @type {string} */ cell, /** @type {string} */ contender) =>
    select(lines, { cell, contender, react: 19 })[0];
  const compared = (
    /** @type {string} */ cell,
    /** @type {string} */ contender,
    /** @type {RegExp} */ base,
  ) =>
    ratioText(
      select(comparisons, { cell, contender, react: 19, measure: 'cold' }).find((one) => base.test(one.base))
        ?.ratio,
    );
  const registered = registry.find(
    ({ way, names, react }) => way === 'register' && names === 10_000 && react === 19,
  );
  return {
    cold: cells.map((cell) => [
      cell,
      ...own.map((contender) => ratioText(line(cell, contender)?.cold.ratio)),
      ...own.map((contender) => compared(cell, contender, /the best peer$/)),
    ]),
    more: [
      ...cells.map((cell) => [
        `the limit with a React root per widget, × limit, ${cell}`,
        ['limit-roots', 'limit-static']
          .map((contender) => ratioText(line(cell, contender)?.cold.ratio))
          .join(' / '),
      ]),
      ['waves of requests, 10/100', both((contender) => `${line('10/100', contender)?.cold.waves}`)],
      ['10/1000 against 10/10', both((contender) => compared('10/1000', contender, /^10\/10$/))],
      ...cells.map((cell) => [
        `React 19 against React 18, ${cell}`,
        both((contender) => compared(cell, contender, /^React 18$/)),
      ]),
      ['10,000 new names, against as many in a bare `Map`', ratioText(registered?.toMap)],
      ['10,000 new names, against 1,000', ratioText(registered?.toFewer)],
      ['renders of 100 mounted panels meanwhile', `${registered?.renders}`],
    ],
  };
}
