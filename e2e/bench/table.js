import { byRound, compareOwn, select } from './comparisons.js';
import { compare, median } from './statistics.js';

/** @typedef {import('./rounds.js').Row} Row */
/** @typedef {import('./rounds.js').RegistryRow} RegistryRow */
/** @typedef {import('./statistics.js').Estimate} Estimate */

/** @typedef {{ time: number, ratio?: Estimate, requests: number, waves: number, bytes: number, longTasks: number, longTime: number, renders: number }} CostSummary medians */
/** @typedef {Pick<Row, 'cell' | 'panels' | 'installed' | 'cpu' | 'contender' | 'kind' | 'react'> & { cold: CostSummary, second?: CostSummary, heap: number }} Line */
/** @typedef {import('./comparisons.js').Comparison} Comparison */
/** @typedef {{ react: number, way: string, names: number, time: number, renders: number, heap: number, toMap?: Estimate, toFewer?: Estimate }} RegistryLine */
/** @typedef {{ lines: Line[], comparisons: Comparison[], registry: RegistryLine[] }} Summary */

/**
 * The unique values of a property of some rows, in order.
 * @template R
 * @template {keyof R} K
 * @param {readonly R[]} rows
 * @param {K} key
 */
export const valuesOf = (rows, key) => [...new Set(rows.map((row) => row[key]))];

/**
 * @param {readonly Row[]} rows
 * @param {readonly Row[]} limits
 * @param {(row: Row) => import('./measure.js').Cost} costOf
 * @returns {CostSummary}
 */
function summariseCost(rows, limits, costOf) {
  const medianOf = (/** @type {keyof import('./measure.js').Cost} */ key) =>
    median(rows.map((row) => costOf(row)[key]));
  const time = (/** @type {Row} */ row) => costOf(row).time;
  return {
    time: medianOf('time'),
    ratio: compare(byRound(rows, time), byRound(limits, time)),
    requests: medianOf('requests'),
    waves: medianOf('waves'),
    bytes: medianOf('bytes'),
    longTasks: medianOf('longTasks'),
    longTime: medianOf('longTime'),
    renders: medianOf('renders'),
  };
}

/**
 * @param {readonly RegistryRow[]} rows
 * @returns {RegistryLine[]}
 */
function summariseRegistry(rows) {
  /** @type {RegistryLine[]} */
  const lines = [];
  const time = (/** @type {RegistryRow} */ row) => row.time;
  for (const react of valuesOf(rows, 'react'))
    for (const names of valuesOf(rows, 'names'))
      for (const way of valuesOf(rows, 'way').toSorted()) {
        const rowsWith = (/** @type {string} */ measuredWay, /** @type {number} */ count) =>
          rows.filter((row) => row.react === react && row.names === count && row.way === measuredWay);
        const own = rowsWith(way, names);
        const medianOf = (/** @type {'renders' | 'heap' | 'time'} */ key) =>
          median(own.map((row) => row[key]));
        const fewer = rowsWith(way, names / 10);
        lines.push({
          react,
          way,
          names,
          time: medianOf('time'),
          renders: Math.max(...own.map(({ renders }) => renders)),
          heap: medianOf('heap'),
          ...(way === 'register' && {
            toMap: compare(byRound(own, time), byRound(rowsWith('map', names), time)),
          }),
          ...(fewer.length > 0 && { toFewer: compare(byRound(own, time), byRound(fewer, time)) }),
        });
      }
  return lines;
}

/**
 * Summarises the rounds.
 * @param {{ rows: readonly Row[], registry: readonly RegistryRow[] }} results
 * @returns {Summary}
 */
export function summarise({ rows, registry }) {
  /** @type {Line[]} */
  const lines = [];
  for (const cell of valuesOf(rows, 'cell'))
    for (const react of valuesOf(rows, 'react'))
      for (const contender of valuesOf(select(rows, { kind: 'limit' }).concat(rows), 'contender')) {
        const own = select(rows, { cell, react, contender });
        const [any] = own;
        if (!any) continue;
        const limits = select(rows, { cell, react, kind: 'limit' });
        const { panels, installed, cpu, kind } = any;
        lines.push({
          cell,
          panels,
          installed,
          cpu,
          contender,
          kind,
          react,
          cold: summariseCost(own, limits, ({ cold }) => cold),
          ...(any.second && {
            second: summariseCost(
              own,
              limits,
              ({ second }) => /** @type {import('./measure.js').Cost} */ (second),
            ),
          }),
          heap: median(own.map(({ heap }) => heap)),
        });
      }
  return { lines, comparisons: compareOwn(rows, lines), registry: summariseRegistry(registry) };
}

/** @param {Estimate | undefined} estimate */
export const ratioText = (estimate) =>
  estimate ? `${estimate.median.toFixed(2)} [${estimate.low.toFixed(2)}, ${estimate.high.toFixed(2)}]` : '';

/** @param {string[][]} rows the first one is the heading */
export function columns(rows) {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const isText = (/** @type {number} */ index) => index < 2;
  return rows
    .map((row) =>
      row
        .map((text, index) =>
          isText(index) ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * Formats the summary as a table.
 * @param {Summary} summary
 */
export function tableOf({ lines, comparisons, registry }) {
  const parts = [];
  const reacts = new Set([...lines, ...registry].map(({ react }) => react));
  const kilo = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(0);
  const both = (
    /** @type {CostSummary} */ cold,
    /** @type {CostSummary | undefined} */ second,
    /** @type {(cost: CostSummary) => number | string} */ read,
  ) => [cold, ...(second ? [second] : [])].map(read).join(' + ');
  if (lines.length)
    parts.push(
      columns([
        [
          'panels/installed',
          'contender',
          'cold ms',
          '× limit [95 %]',
          'second ms',
          '× limit [95 %]',
          'requests',
          'waves',
          'kB',
          'long tasks',
          'ms in them',
          'heap MB',
          'renders',
        ],
        ...lines.map(({ cell, contender, react, cold, second, heap }) => [
          cell,
          reacts.size > 1 ? `${contender}, React ${react}` : contender,
          cold.time.toFixed(0),
          ratioText(cold.ratio),
          second?.time.toFixed(0) ?? '',
          ratioText(second?.ratio),
          both(cold, second, ({ requests }) => requests),
          both(cold, second, ({ waves }) => waves),
          both(cold, second, ({ bytes }) => kilo(bytes)),
          `${cold.longTasks}`,
          cold.longTime.toFixed(0),
          (heap / 1e6).toFixed(1),
          both(cold, second, ({ renders }) => renders),
        ]),
      ]),
    );
  if (comparisons.length)
    parts.push(
      columns([
        ['paired within a round', 'against', '', '[95 %]'],
        ...comparisons.map(({ measure, cell, contender, react, base, unit, ratio }) => [
          `${cell} ${contender}, React ${react}, ${measure}`,
          base,
          unit,
          ratioText(ratio),
        ]),
      ]),
    );
  if (registry.length)
    parts.push(
      columns([
        ['new names', 'into', 'ms', '× Map [95 %]', '× a tenth of the names [95 %]', 'renders', 'heap kB'],
        ...registry.map(({ way, names, time, toMap, toFewer, renders, heap, react }) => [
          names.toLocaleString('en'),
          { map: 'a bare Map', register: 'host.register', list: 'the list' }[way] +
            (reacts.size > 1 ? `, React ${react}` : ''),
          time.toFixed(2),
          ratioText(toMap),
          ratioText(toFewer),
          `${renders}`,
          kilo(heap),
        ]),
      ]),
    );
  return parts.join('\n\n');
}
