import type { FoundPower, Power } from './powers.ts';

/** The powers that a frame refuses, whatever was found (CONTRACT X2). */
const REFUSED: ReadonlySet<Power> = new Set([
  'hosts',
  'code',
  'decides',
  'otherRoutes',
  'query',
  'cookies',
  'storage',
  'network',
  'navigation',
]);
/** The names of other powers that a frame refuses: it has workers of the bundle, and modules beside it. */
const REFUSED_NAMES = /^(?:navigator\..+|SharedWorker|BroadcastChannel|(?:https?:)?\/\/.+)$/;
/** What is not known: an address, a number of further names, and a path that may be one of the plugin's own routes. */
const UNKNOWN = /^…(?: |$)|^…?\/?api\/…/;

/** Returns the names of what was found that fails in a frame. What only may fail is left out. */
export const failuresInFrame = (powers: readonly FoundPower[]): string[] =>
  powers.flatMap(({ power, names }) =>
    names.filter((name) => (REFUSED.has(power) ? !UNKNOWN.test(name) : REFUSED_NAMES.test(name))),
  );
