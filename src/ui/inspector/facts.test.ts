import { expect, test } from 'vitest';
import { versionsOf } from './facts.ts';

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
