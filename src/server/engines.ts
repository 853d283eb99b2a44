// oxlint-disable-next-line typescript/triple-slash-reference -- the package has no types, and other programs check this file too
/// <reference path="./semver.d.ts" />
import semver from 'semver';
import { ENGINES, type Engines } from '../contract/index.ts';

/** The largest length of a range, in characters. */
const MAX_RANGE = 200;

/** Whether a text is a range of versions, as npm spells them. */
export const isRange = (text: string): boolean =>
  text.trim() !== '' && text.length <= MAX_RANGE && semver.validRange(text) !== null;

/**
 * Writes the ranges of a manifest as the list has them, so that a page can compare them without a library: alternatives of conditions, each
 * with three numbers.
 *
 * @returns `nousviz-runtime >=0.2.0 <1.0.0, react >=18.3.0 <19.0.0 || >=19.0.0 <20.0.0`; `undefined` if every version fits.
 */
export function needsOf(engines: Engines = {}): string | undefined {
  const needs = ENGINES.flatMap((engine) => {
    // npm marks the end of a range with "-0", which excludes the versions before that release too.
    const range = (semver.validRange(engines[engine] ?? '') ?? '')
      .replaceAll(/-0(?= |\||$)/g, '')
      .replaceAll('||', ' || ');
    return /\d/.test(range) ? [`${engine} ${range}`] : [];
  });
  return needs.length > 0 ? needs.join(', ') : undefined;
}

/** Whether some version is in both ranges. */
export const intersects = (range: string, other: string): boolean => semver.intersects(range, other);

/** Whether a version is older than another; `false` if one of them is none. */
export const isOlder = (version: string, other: string): boolean =>
  semver.valid(version) !== null && semver.valid(other) !== null && semver.lt(version, other);
