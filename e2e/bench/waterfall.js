import { inWaves } from './waves.js';

const WIDTH = 60;
/** Of requests that are alike, the first and last ones tell enough. */
const MOST = 14;

/**
 * A load's requests as bars, in order of their start.
 * @param {import('./rounds.js').Row} row
 */
export function waterfallOf({ contender, react, cell, cold, requests }) {
  const placed = inWaves(requests);
  const bar = (/** @type {number} */ start, /** @type {number} */ end) => {
    const from = Math.round((start / cold.time) * WIDTH);
    const length = Math.max(1, Math.round(((end - start) / cold.time) * WIDTH));
    return (' '.repeat(from) + '█'.repeat(length)).slice(0, WIDTH).padEnd(WIDTH);
  };
  const lines = placed.map(({ path, start, end, wave }) => {
    const times = `${start.toFixed(0).padStart(5)} –${end.toFixed(0).padStart(5)} ms`;
    return `${String(wave).padStart(2)} │${bar(start, end)}│ ${times}  ${path}`;
  });
  const half = MOST / 2;
  const left = lines.length - MOST;
  const told = left > 1 ? [...lines.slice(0, half), `   … ${left} more …`, ...lines.slice(-half)] : lines;
  return [`${cell} ${contender}, React ${react}: ${cold.time.toFixed(0)} ms`, ...told].join('\n');
}
