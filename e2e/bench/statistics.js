/** @typedef {{ median: number, low: number, high: number }} Estimate a median and its 95 % bootstrap interval */

const RESAMPLES = 4000;

/**
 * The median of some numbers; `NaN` for an empty list.
 * @param {readonly number[]} values
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.floor(half)] ?? NaN) / 2 + (sorted[Math.ceil(half) - 1] ?? NaN) / 2;
}

/**
 * Creates a generator of numbers in [0, 1) that depend only on the seed, so that the same samples always result in the same table.
 * @param {number} seed
 */
function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The median of some numbers and its 95 % bootstrap interval.
 * @param {readonly number[]} values
 * @returns {Estimate}
 */
export function estimate(values) {
  const random = createRandom(values.length);
  const sample = () => /** @type {number} */ (values[Math.floor(random() * values.length)]);
  const medians = Array.from({ length: RESAMPLES }, () => median(values.map(sample)));
  medians.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => medians[Math.round(share * (RESAMPLES - 1))] ?? NaN;
  return { median: median(values), low: at(0.025), high: at(0.975) };
}

/**
 * The ratios of each round's value to the base of the same round. A round without both is skipped.
 * @param {readonly (number | undefined)[]} values by round
 * @param {readonly (number | undefined)[]} bases by round
 */
export const pairedRatios = (values, bases) =>
  values.flatMap((value, round) => {
    const base = bases[round];
    return value === undefined || base === undefined ? [] : [value / base];
  });

/**
 * The median of the ratios within each round, with its interval.
 * @param {readonly (number | undefined)[]} values by round
 * @param {readonly (number | undefined)[]} bases by round
 */
export const compare = (values, bases) => estimate(pairedRatios(values, bases));
