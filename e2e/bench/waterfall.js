import { inWaves } from './waves.js';

const WIDTH = 60;
/** The maximum number of printed requests. The first and last ones are printed. */
const MAX_LINES = 14;

/**
 * Formats the requests of a load as bars, in order of their start.
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
  const half = MAX_LINES / 2;
  const omitted = lines.length - MAX_LINES;
  const printed =
    omitted > 1 ? [...lines.slice(0, half), `   … ${omitted} more …`, ...lines.slice(-half)] : lines;
  return [`${cell} ${contender}, React ${react}: ${cold.time.toFixed(0)} ms`, ...printed].join('\n');
}
