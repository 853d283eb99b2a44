import type { FoundPower } from './powers.ts';

/** What an operator can decide. `later` leaves things as they are: nothing runs, or the old version. */
export type Verdict = 'trust' | 'sandbox' | 'later';

/** Why a verdict is recommended. */
export type Reason =
  | 'revoked'
  | 'unusable'
  | 'unscanned'
  | 'unscannedSandbox'
  | 'severe'
  | 'changeAdds'
  | 'changeSame'
  | 'risky'
  | 'riskySandbox'
  | 'harmless'
  | 'harmlessKnown'
  | 'harmlessSandbox';

/** What a review recommends, and the reason. */
export interface Recommendation {
  verdict: Verdict;
  reason: Reason;
}

/** What is known about the code that waits for a decision. */
export interface Known {
  /** Whether nothing runs because trust in the plugin was revoked. */
  isRevoked?: boolean;
  /** Whether each file is on the server and was read. */
  isUsable: boolean;
  /** `undefined` if the server has not scanned every file. */
  powers: readonly FoundPower[] | undefined;
  /** For a change: the powers that the accepted version lacks, and where that one runs. */
  change?: { added: readonly FoundPower[] | undefined; verdict: 'trust' | 'sandbox' } | undefined;
  /** Whether this app runs plugins in frames. */
  canSandbox: boolean;
  /** Whether the server knows where the plugin was installed from. What a plugin says of itself proves nothing. */
  isSourceKnown: boolean;
}

const later = (reason: Reason): Recommendation => ({ verdict: 'later', reason });
const sandbox = (reason: Reason): Recommendation => ({ verdict: 'sandbox', reason });

/** Derives the recommended verdict from what is known. */
export function recommend({
  isRevoked = false,
  isUsable,
  powers,
  change,
  canSandbox,
  isSourceKnown,
}: Known): Recommendation {
  if (isRevoked) return later('revoked');
  if (!isUsable) return later('unusable');
  if (change && powers) {
    if (change.added?.some(({ isSevere }) => isSevere)) return later('severe');
    if (!change.added || change.added.some(({ isRisky }) => isRisky)) return later('changeAdds');
    return { verdict: change.verdict, reason: 'changeSame' };
  }
  if (!powers) return canSandbox && !change ? sandbox('unscannedSandbox') : later('unscanned');
  if (powers.some(({ isSevere }) => isSevere)) return later('severe');
  if (powers.some(({ isRisky }) => isRisky)) return canSandbox ? sandbox('riskySandbox') : later('risky');
  if (isSourceKnown) return { verdict: 'trust', reason: 'harmlessKnown' };
  return canSandbox ? sandbox('harmlessSandbox') : { verdict: 'trust', reason: 'harmless' };
}
