import { byRound, select } from './comparisons.js';
import { compare, median } from './statistics.js';
import { columns, ratioText, valuesOf } from './table.js';

/** @typedef {import('./sandbox.js').SandboxRow} SandboxRow */
/** @typedef {import('./statistics.js').Estimate} Estimate */
/**
 * Medians of a contender, and its ratios to the others of the same round.
 * @typedef {object} SandboxLine
 * @property {SandboxRow['react']} react
 * @property {number} frames
 * @property {SandboxRow['way']} way
 * @property {number} time
 * @property {number} memory
 * @property {number} alive
 * @property {Record<'time' | 'memory', Record<'floor' | 'page', Estimate>>} ratios to the bare frames and to widgets in the page
 */

/**
 * @param {readonly SandboxRow[]} rows
 * @returns {SandboxLine[]}
 */
export function summariseFrames(rows) {
  /** @type {SandboxLine[]} */
  const lines = [];
  for (const react of valuesOf(rows, 'react'))
    for (const frames of valuesOf(rows, 'frames').toSorted((a, b) => a - b))
      for (const way of valuesOf(rows, 'way').toSorted().toReversed()) {
        const there = select(rows, { react, frames });
        const own = select(there, { way });
        if (own.length === 0) continue;
        const medianOf = (/** @type {'time' | 'memory' | 'alive'} */ key) =>
          median(own.map((row) => row[key]));
        const against = (/** @type {'time' | 'memory'} */ key, /** @type {SandboxRow['way']} */ base) => {
          const read = (/** @type {SandboxRow} */ row) => row[key];
          return compare(byRound(own, read), byRound(select(there, { way: base }), read));
        };
        const ratiosOf = (/** @type {'time' | 'memory'} */ key) => ({
          floor: against(key, 'bare-frames'),
          page: against(key, 'in-page'),
        });
        lines.push({
          react,
          frames,
          way,
          time: medianOf('time'),
          memory: medianOf('memory'),
          alive: medianOf('alive'),
          ratios: { time: ratiosOf('time'), memory: ratiosOf('memory') },
        });
      }
  return lines;
}

const HEADING = [
  'widgets',
  'contender',
  'cold ms',
  '× bare frames [95 %]',
  '× in the page [95 %]',
  'renderers MB',
  '× bare frames [95 %]',
  '× in the page [95 %]',
  'frames alive',
];

/**
 * Formats the lines as a table.
 * @param {readonly SandboxLine[]} lines
 */
export function tableOfFrames(lines) {
  const reacts = valuesOf(lines, 'react');
  const number = (/** @type {number} */ value, digits = 0) =>
    Number.isFinite(value) ? value.toFixed(digits) : '–';
  const ratio = (/** @type {Estimate} */ estimate) =>
    Number.isFinite(estimate.median) ? ratioText(estimate) : '–';
  return columns([
    HEADING,
    ...lines.map(({ react, frames, way, time, memory, alive, ratios }) => [
      `${frames}`,
      (way === 'column' ? 'sandboxed, in one column' : way) + (reacts.length > 1 ? `, React ${react}` : ''),
      number(time),
      ratio(ratios.time.floor),
      ratio(ratios.time.page),
      number(memory / 1e6, 1),
      ratio(ratios.memory.floor),
      ratio(ratios.memory.page),
      number(alive),
    ]),
  ]);
}

/**
 * The rows of the table in README.md, on React 19.
 * @param {readonly SandboxLine[]} lines
 */
export function readmeFrames(lines) {
  const of = (/** @type {number} */ frames, /** @type {SandboxRow['way']} */ way) =>
    select(lines, { react: 19, frames, way })[0];
  return valuesOf(select(lines, { react: 19 }), 'frames').map((frames) => {
    const ratios = of(frames, 'sandboxed')?.ratios;
    return [
      `${frames}`,
      ratioText(ratios?.time.floor),
      ratioText(of(frames, 'contract-frames')?.ratios.time.floor),
      ratioText(ratios?.time.page),
      ratioText(ratios?.memory.floor),
      ratioText(ratios?.memory.page),
      `${of(frames, 'column')?.alive ?? frames}`,
    ];
  });
}
