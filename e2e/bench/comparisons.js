import { compare, estimate, median, pairedRatios } from './statistics.js';

/** @typedef {import('./rounds.js').Row} Row */
/** @typedef {import('./table.js').Line} Line */
/** @typedef {import('./statistics.js').Estimate} Estimate */
/** @typedef {'cold' | 'second' | 'in view' | 'hovered' | 'long tasks' | 'heap'} Measure */
/**
 * Two loads of the same round, compared. `unit` is `×` for a ratio, and `MB` for a difference.
 * @typedef {{ measure: Measure, contender: string, cell: string, react: Row['react'], base: string, unit: '×' | 'MB', ratio: Estimate }} Comparison
 */

/** The floor of our contenders, and of the least that the contract demands: the same page with a React root for each widget, and nothing else. */
const FLOORS = /** @type {Record<string, string>} */ ({
  'nousviz-hints': 'limit-roots',
  'nousviz-static': 'limit-static',
  'limit-contract': 'limit-roots',
});

/** @type {Record<'cold' | 'second' | 'in view' | 'hovered', (row: Row) => number>} */
const TIMES = {
  cold: ({ cold }) => cold.time,
  second: ({ second }) => second?.time ?? NaN,
  'in view': ({ inView }) => inView?.time ?? NaN,
  hovered: ({ hovered }) => hovered?.time ?? NaN,
};

/**
 * The values of some rows, indexed by round.
 * @template {{ round: number }} R
 * @param {readonly R[]} rows
 * @param {(row: R) => number} read
 */
export function byRound(rows, read) {
  /** @type {(number | undefined)[]} */
  const values = [];
  for (const row of rows) values[row.round] = read(row);
  return [...values];
}

/**
 * @template {object} R
 * @param {readonly R[]} rows
 * @param {Partial<R>} wanted
 */
export const select = (rows, wanted) =>
  rows.filter((row) =>
    Object.entries(wanted).every(([key, value]) => row[/** @type {keyof R} */ (key)] === value),
  );

/**
 * The peer with the lowest median of a time.
 * @param {readonly Row[]} rows of one cell and one React
 * @param {(row: Row) => number} time
 */
function bestPeer(rows, time) {
  const peers = select(rows, { kind: 'peer' });
  const names = [...new Set(peers.map(({ contender }) => contender))];
  const medianOf = (/** @type {string} */ contender) => median(select(peers, { contender }).map(time));
  return names.toSorted((a, b) => medianOf(a) - medianOf(b))[0];
}

/**
 * Compares our contenders with their floors, with the best peer, with fewer plugins and with the other React.
 * @param {readonly Row[]} rows
 * @param {readonly Line[]} lines
 * @returns {Comparison[]}
 */
export function compareOwn(rows, lines) {
  /** @type {Comparison[]} */
  const comparisons = [];
  const compared = [...select(lines, { kind: 'own' }), ...select(lines, { kind: 'bound' })];
  for (const { contender, kind, react, cell, panels, installed, cpu } of compared) {
    const there = select(rows, { cell, react });
    const own = select(there, { contender });
    const add = (
      /** @type {Measure} */ measure,
      /** @type {string} */ base,
      /** @type {Estimate} */ ratio,
      /** @type {Comparison['unit']} */ unit = '×',
    ) => comparisons.push({ measure, contender, cell, react, base, unit, ratio });
    const against = (
      /** @type {keyof typeof TIMES} */ measure,
      /** @type {string} */ base,
      /** @type {readonly Row[]} */ others,
      baseTime = TIMES[measure],
    ) => add(measure, base, compare(byRound(own, TIMES[measure]), byRound(others, baseTime)));

    const floor = FLOORS[contender] ?? '';
    const floors = select(there, { contender: floor });
    if (floors.length) {
      against('cold', floor, floors);
      const longTime = (/** @type {Row} */ { cold }) => cold.longTime || NaN;
      const ratios = pairedRatios(byRound(own, longTime), byRound(floors, longTime)).filter(Number.isFinite);
      if (ratios.length) add('long tasks', floor, estimate(ratios));
      const heaps = byRound(floors, ({ heap }) => heap);
      const more = own.flatMap(({ heap, round }) => (heaps[round] ? [(heap - heaps[round]) / 1e6] : []));
      add('heap', floor, estimate(more), 'MB');
    }
    // It is compared with its floor only.
    if (kind === 'bound') continue;
    const peer = bestPeer(there, TIMES.cold);
    if (peer) against('cold', `${peer}, the best peer`, select(there, { contender: peer }));
    const next = bestPeer(there, TIMES.second);
    if (next && own.every(({ second }) => second)) {
      const others = select(there, { contender: next });
      against('second', `${next}, the best peer`, others);
      against('in view', `${next}, the best peer`, others, TIMES.second);
      against('hovered', `${next}, the best peer`, others, TIMES.second);
    }
    for (const fewer of select(lines, { contender, react, panels, cpu }))
      if (fewer.installed < installed)
        against('cold', fewer.cell, select(rows, { contender, react, cell: fewer.cell }));
    const older = select(rows, { contender, cell, react: 18 });
    if (react === 19 && older.length) against('cold', 'React 18', older);
  }
  return comparisons;
}
