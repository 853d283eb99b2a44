import type { Engine } from './engines.ts';

/** The versions of a page. A part without a version is not compared. */
export type Versions = Readonly<Partial<Record<Engine, string>>>;

/** A range that a version is not in. */
export interface Misfit {
  engine: Engine;
  /** `>=18.3.0 <19.0.0 || >=20.0.0` */
  range: string;
  /** The version of the page, `19.3.1`. */
  found: string;
}

const numbersOf = (version: string) => version.split(/[.+-]/, 3).map(Number);

function compare(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  const index = a.findIndex((number, at) => number !== b[at]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}

/** Whether a version meets one condition, `>=18.3.0`; without an operator it must be the same. */
function meets(version: string, condition: string): boolean {
  const [, operator = '', bound = ''] = /^([<>]?=?)(.*)$/.exec(condition)!;
  const order = compare(version, bound);
  if (order === 0) return operator !== '<' && operator !== '>';
  return operator.startsWith(order < 0 ? '<' : '>');
}

/**
 * Finds what does not fit a page. Of a version before a release, such as `19.0.0-rc.1`, the three numbers count.
 *
 * @param needs The `needs` of a plugin in the list: each range as alternatives of conditions, all of them with three numbers.
 */
export function misfitsOf(needs: string, versions: Versions): Misfit[] {
  return needs.split(', ').flatMap((need) => {
    const [name, ...rest] = need.split(' ');
    const engine = name as Engine;
    const found = Object.hasOwn(versions, engine) ? versions[engine] : undefined;
    const range = rest.join(' ');
    if (found === undefined) return [];
    const fits = range
      .split(' || ')
      .some((all) => all.split(' ').every((condition) => meets(found, condition)));
    return fits ? [] : [{ engine, range, found }];
  });
}
