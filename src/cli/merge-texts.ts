import { applyPatch, structuredPatch } from 'diff';

/**
 * Makes a change to a text that somebody else has changed too.
 *
 * @param base The text before both changes.
 * @param own The text with their change, of which every line stays.
 * @param next The text with the other change.
 * @returns `undefined` if both changed the same lines.
 */
export function mergeTexts(base: string, own: string, next: string): string | undefined {
  if (own === base) return next;
  if (own === next || base === next) return own;
  // Without context, a change would find its place among lines that are no longer the same.
  const merged = applyPatch(own, structuredPatch('', '', base, next, '', '', { context: 1 }));
  return merged === false ? undefined : merged;
}

/** A place in a JSON file that both changed. */
export interface Conflict {
  /** `scripts.test` */
  place: string;
  /** The value of the other change, as JSON; `removed` if it has none. */
  next: string;
}

/** A value of JSON. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Merges two changes of a JSON value, key by key. Where both differ, it keeps the own value and adds the place to `conflicts`. */
function mergeValues(
  base: Json | undefined,
  own: Json | undefined,
  next: Json | undefined,
  place: string,
  conflicts: Conflict[],
): Json | undefined {
  if (isSame(own, base)) return next;
  if (isSame(base, next) || isSame(own, next)) return own;
  if (!isObject(own) || !isObject(next)) {
    conflicts.push({ place, next: next === undefined ? 'removed' : JSON.stringify(next) });
    return own;
  }
  const before = isObject(base) ? base : {};
  const merged: Record<string, Json> = {};
  for (const key of [...Object.keys(own), ...Object.keys(next).filter((one) => !(one in own))]) {
    const value = mergeValues(before[key], own[key], next[key], place ? `${place}.${key}` : key, conflicts);
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}

/**
 * Merges two changes of a JSON file as {@link mergeTexts}, but by its keys, so that neither order nor neighbours matter.
 *
 * @returns The text, and the places where both changed a value, which stay as they are in `own`.
 * @throws {SyntaxError} if one of the texts is not JSON.
 */
export function mergeJson(base: string, own: string, next: string): { text: string; conflicts: Conflict[] } {
  const [before, mine, other] = [base, own, next].map((text) => JSON.parse(text) as Json);
  const conflicts: Conflict[] = [];
  const merged = mergeValues(before, mine, other, '', conflicts);
  if (isSame(merged, mine)) return { text: own, conflicts };
  const indent = /^([ \t]+)"/m.exec(own)?.[1] ?? '  ';
  const end = own.endsWith('\n') ? '\n' : '';
  return { text: `${JSON.stringify(merged, undefined, indent)}${end}`, conflicts };
}
