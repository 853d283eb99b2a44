import { expect, test } from 'vitest';
import { powersOf } from './powers.ts';
import { recommend, type Known } from './recommend.ts';

const harmless = powersOf('sales', [{ helpers: ['apiFetch'] }]);
const risky = powersOf('sales', [{ hosts: ['a.example'] }]);
const severe = powersOf('sales', [{ reaches: ['session token'] }]);
const base: Known = { isUsable: true, powers: harmless, canSandbox: true, isSourceKnown: false };
const changed = (added: Known['powers'], verdict: 'trust' | 'sandbox' = 'trust'): Partial<Known> => ({
  powers: risky,
  change: { added, verdict },
});

test.each<[string, Partial<Known>, string]>([
  ['a plugin that was revoked, whatever its code does', { isRevoked: true }, 'later revoked'],
  ['a missing file', { isUsable: false }, 'later unusable'],
  ['a missing file of a change', { isUsable: false, ...changed([]) }, 'later unusable'],
  ['code without a scan', { powers: undefined }, 'sandbox unscannedSandbox'],
  ['code without a scan or frames', { powers: undefined, canSandbox: false }, 'later unscanned'],
  ['a reader of the session', { powers: severe }, 'later severe'],
  ['a reader of the session from a known place', { powers: severe, isSourceKnown: true }, 'later severe'],
  ['risky code', { powers: risky }, 'sandbox riskySandbox'],
  ['risky code without frames', { powers: risky, canSandbox: false }, 'later risky'],
  ['risky code from a known place', { powers: risky, isSourceKnown: true }, 'sandbox riskySandbox'],
  ['harmless code', {}, 'sandbox harmlessSandbox'],
  ['harmless code without frames', { canSandbox: false }, 'trust harmless'],
  ['harmless code from a known place', { isSourceKnown: true }, 'trust harmlessKnown'],
  ['a change that adds nothing', changed([]), 'trust changeSame'],
  ['a change that adds nothing, of a sandboxed plugin', changed([], 'sandbox'), 'sandbox changeSame'],
  ['a change that adds a helper', changed(harmless), 'trust changeSame'],
  ['a change that adds a host', changed(risky), 'later changeAdds'],
  ['a change that adds the session', changed(severe), 'later severe'],
  ['a change without a scan of the old version', changed(undefined), 'later changeAdds'],
  ['a change without a scan', { ...changed(undefined), powers: undefined }, 'later unscanned'],
])('recommends a verdict for %s', (_, known, expected) => {
  const { verdict, reason } = recommend({ ...base, ...known });
  expect(`${verdict} ${reason}`).toBe(expected);
});
