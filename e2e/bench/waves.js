/**
 * A request of the page. Times are in milliseconds since the start of the navigation.
 * @typedef {{ path: string, start: number, end: number, bytes: number }} Request
 */

/**
 * Adds its wave to each request: the length of the longest chain of consecutive requests that ends with it. A request that started
 * before the end of another cannot have waited for it, so the wave is an upper bound.
 * @template {{ start: number, end: number }} R
 * @param {readonly R[]} requests
 * @returns {(R & { wave: number })[]} in order of their start
 */
export function inWaves(requests) {
  const started = requests.toSorted((a, b) => a.start - b.start);
  /** @type {(R & { wave: number })[]} */
  const placed = [];
  for (const request of started) {
    const before = placed.filter(({ end }) => end <= request.start).map(({ wave }) => wave);
    placed.push({ ...request, wave: Math.max(0, ...before) + 1 });
  }
  return placed;
}

/**
 * The length of the longest chain of consecutive requests.
 * @param {readonly { start: number, end: number }[]} requests
 */
export const countWaves = (requests) => Math.max(0, ...inWaves(requests).map(({ wave }) => wave));
