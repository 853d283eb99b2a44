import { expect, test } from 'vitest';
import { readPluginList } from '../../contract/index.ts';
import { trustOf, versionsOf } from './facts.ts';

const plugin = { version: '1.3.0', accepted_version: '1.2.0' };

test('names the version that runs, and the one that waits while accepted bytes run', () => {
  expect(versionsOf(plugin, { changed: true, consented: { sha256: 'a' } })).toEqual({
    version: '1.2.0',
    waitingVersion: '1.3.0',
  });
  // An older server does not say which version was accepted.
  expect(versionsOf({ version: '1.3.0' }, { changed: true, consented: {} })).toEqual({
    version: undefined,
    waitingVersion: '1.3.0',
  });
  expect(versionsOf({ version: '1.3.0' }, {})).toEqual({ version: '1.3.0' });
  // Nothing runs of a component that came with the change.
  expect(versionsOf({ version: '1.3.0' }, { changed: true, consented: null })).toEqual({ version: '1.3.0' });
  expect(versionsOf(undefined, undefined)).toEqual({ version: undefined });
});

test.each([
  ['waiting', {}],
  ['declined', { declined: 'refused', revoked_bytes: 'other' }],
  ['revoked', { revoked_bytes: 'same' }],
  ['waiting', { revoked_bytes: 'other' }],
] as const)('names why code does not run: %s', (expected, facts) => {
  const { list } = readPluginList({ plugins: [{ id: 'sales', ...facts }] });
  expect(trustOf(list!.plugins[0], undefined, false)).toBe(expected);
});
