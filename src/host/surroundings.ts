import type { Failure } from '../contract/index.ts';

/** Whether the code runs in a page. A server that renders React has none. */
export const hasPage = (): boolean => 'document' in globalThis;

/**
 * The features of browsers that this library uses and that old browsers lack. All of them are in Chrome and Edge 116, Firefox 124
 * and Safari 17.4; a test compares the list with the sources.
 */
export const FEATURES: readonly string[] = [
  'AbortSignal.any',
  'AbortSignal.prototype.throwIfAborted',
  'Array.prototype.at',
  'Array.prototype.toSorted',
  'Object.hasOwn',
  'String.prototype.replaceAll',
];

const read = (value: unknown, name: string): unknown =>
  (value as Record<string, unknown> | undefined)?.[name];

/**
 * Finds out why a host cannot load widgets here: it is on a server, or the browser is too old (CONTRACT F16, G4).
 *
 * @returns `undefined` on a page that can run widgets.
 */
export function findRefusal(): Failure | undefined {
  if (!hasPage()) return { code: 'NO_PAGE', details: {} };
  const missing = FEATURES.filter((path) => path.split('.').reduce(read, globalThis) === undefined);
  return missing.length > 0 ? { code: 'UNSUPPORTED_BROWSER', details: { missing } } : undefined;
}
