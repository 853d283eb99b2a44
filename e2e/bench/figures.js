import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { select } from './comparisons.js';

/** @typedef {import('./table.js').Summary} Summary */
/** @typedef {import('./statistics.js').Estimate} Estimate */
/** @typedef {Pick<Summary, 'lines' | 'comparisons' | 'registry'> & { command: string, node: string, processor: string, date: string, load: number, cold: boolean }} Figures a recorded run in the benchmark’s README; `cold` if it has first loads only */

/** The file of the recorded runs, one of whole rounds and one of first loads for each load; a test compares README.md with it. */
export const FIGURES = fileURLToPath(new URL('figures.json', import.meta.url));

/**
 * Formats recorded runs as JSON with five significant digits.
 * @param {readonly Figures[]} runs
 */
export const textOf = (runs) =>
  `${JSON.stringify(runs, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value), 2)}\n`;

/** @returns {Figures[]} the recorded runs in the order of README.md: whole rounds before first loads, and the lowest load first */
export const readFigures = () => JSON.parse(readFileSync(FIGURES, 'utf8'));

/** @param {Estimate | undefined} estimate */
const ratioText = (estimate) =>
  estimate ? `${estimate.median.toFixed(2)} [${estimate.low.toFixed(2)}, ${estimate.high.toFixed(2)}]` : '–';

/**
 * Puts a run in place of the recorded one of the same kind and load.
 * @param {readonly Figures[]} runs
 * @param {Figures} run
 */
export const replaceRun = (runs, run) =>
  [...runs.filter(({ cold, load }) => cold !== run.cold || load !== run.load), run].toSorted(
    (a, b) => Number(a.cold) - Number(b.cold) || a.load - b.load,
  );

/**
 * The tables of README.md for one run, as rows of cells.
 * @param {Figures} figures
 */
export function readmeTables({ lines, comparisons, registry, cold }) {
  const cells = [...new Set(lines.map(({ cell }) => cell))];
  const [hints, page] = ['nousviz-hints', 'nousviz-static'];
  const line = (/** @type {string} */ cell, /** @type {string} */ contender) =>
    select(lines, { cell, contender, react: 19 })[0];
  const compared = (
    /** @type {string} */ cell,
    /** @type {string} */ contender,
    /** @type {RegExp} */ base,
    /** @type {import('./comparisons.js').Measure} */ measure = 'cold',
  ) =>
    ratioText(
      select(comparisons, { cell, contender, react: 19, measure }).find((one) => base.test(one.base))?.ratio,
    );
  const [floor, peer] = [/^limit-/, /the best peer$/];
  const both = (/** @type {(contender: string) => string} */ format) => [hints, page].map(format).join(' / ');
  if (cold)
    return [
      cells.map((cell) => [
        cell,
        compared(cell, hints, floor),
        compared(cell, 'limit-contract', floor),
        compared(cell, page, floor),
      ]),
    ];
  const registered = registry.find(
    ({ way, names, react }) => way === 'register' && names === 10_000 && react === 19,
  );
  return [
    cells.map((cell) => [
      cell,
      compared(cell, hints, floor),
      compared(cell, page, floor),
      compared(cell, hints, peer),
      compared(cell, page, peer),
      both((contender) => `${line(cell, contender)?.cold.waves}`),
    ]),
    cells.map((cell) => [
      cell,
      compared(cell, hints, peer, 'second'),
      compared(cell, page, peer, 'second'),
      compared(cell, hints, peer, 'in view'),
      compared(cell, hints, peer, 'hovered'),
      compared(cell, hints, floor, 'long tasks'),
      compared(cell, hints, floor, 'heap'),
    ]),
    [
      ...cells.map((cell) => [
        `a React root per widget and nothing else, × limit, ${cell}`,
        ['limit-roots', 'limit-static']
          .map((contender) => ratioText(line(cell, contender)?.cold.ratio))
          .join(' / '),
      ]),
      ...cells.map((cell) => [
        `what the contract demands and nothing else, × floor, ${cell}`,
        `${compared(cell, 'limit-contract', floor)} / –`,
      ]),
      ...cells.map((cell) => [
        `its heap over the floor, MB, ${cell}`,
        `${compared(cell, 'limit-contract', floor, 'heap')} / –`,
      ]),
      ...cells.map((cell) => [
        `React 19 against React 18, ${cell}`,
        both((contender) => compared(cell, contender, /^React 18$/)),
      ]),
      ['10/1000 against 10/100', both((contender) => compared('10/1000', contender, /^10\/100$/))],
      ['10,000 new names, against as many in a bare `Map`', ratioText(registered?.toMap)],
      ['10,000 new names, against 1,000', ratioText(registered?.toFewer)],
      ['renders of 100 mounted panels meanwhile', `${registered?.renders}`],
    ].filter(([, figure]) => figure !== '– / –'),
  ];
}
