import type { TrustAct } from '../../contract/index.ts';

/** The hashes of a plugin's bytes, by file name. */
export type Hashes = Readonly<Record<string, string>>;

/** An operator's act, with its time: ISO 8601 in UTC. */
export interface Signed {
  who: string;
  when: string;
}

/**
 * The last decision about a plugin's bytes, if they do not run by it: an operator declined them, rolled back from them to earlier ones, or
 * revoked trust while they ran.
 */
export interface Against extends Signed {
  act: Extract<TrustAct, 'refuse' | 'keep' | 'roll-back' | 'revoke'>;
}

/** Whether a file is a source map, which is data: no decision is about it. */
export const isMap = (filename: string): boolean => filename.endsWith('.map');

/** Returns the hashes without those of source maps. */
export const withoutMaps = (hashes: Hashes): Record<string, string> =>
  Object.fromEntries(Object.entries(hashes).filter(([filename]) => !isMap(filename)));

/** Returns a key that two versions of a plugin share if they have the same bundles. */
const keyOf = (hashes: Hashes): string => JSON.stringify(Object.entries(withoutMaps(hashes)).toSorted());

/** The decisions against bytes of one plugin that still count. */
export interface Decided {
  /** Returns the decision against exactly these bytes; `undefined` if the last one was a consent, or there was none. */
  find(bytes: Hashes): Against | undefined;
  decide(bytes: Hashes, against: Against): void;
  /** Records a consent to bytes, which ends the decision against them. */
  consent(bytes: Hashes): void;
}

/** Makes an empty record of decisions. */
export function createDecided(): Decided {
  const decisions = new Map<string, Against>();
  return {
    find: (bytes) => decisions.get(keyOf(bytes)),
    decide: (bytes, against) => void decisions.set(keyOf(bytes), against),
    consent: (bytes) => void decisions.delete(keyOf(bytes)),
  };
}
