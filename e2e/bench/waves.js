/**
 * A request of the page, in milliseconds since the navigation began.
 * @typedef {{ path: string, start: number, end: number, bytes: number }} Request
 */

/**
 * In which wave each request is: the length of the longest chain of requests that follow each other and end with it. What
 * began before another had ended cannot have waited for it; so this is the most that the chain can be.
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
 * How many requests followed each other.
 * @param {readonly { start: number, end: number }[]} requests
 */
export const countWaves = (requests) => Math.max(0, ...inWaves(requests).map(({ wave }) => wave));
