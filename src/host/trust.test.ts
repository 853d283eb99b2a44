import { expect, test } from 'vitest';
import type { ListedComponent, Plugin } from '../contract/index.ts';
import { admit, admitAll, versionOf, type Disabled } from './trust.ts';

const component: ListedComponent = { name: 'Chart', path: 'widget/dist/Chart.js', filename: 'Chart.js' };
const [ON_DISK, TRUSTED] = ['a'.repeat(64), 'b'.repeat(64)];
const { signal } = new AbortController();
const grants = new Map([['sales', signal]]);

test('admits a component of a trusted plugin, with the signal of its grant', () => {
  expect(admit('sales', component, grants)).toEqual({
    pluginId: 'sales',
    component,
    version: undefined,
    signal,
  });
});

test.each([
  ['not granted', new Map()],
  ['granted to another', new Map([['other', new AbortController().signal]])],
  ['revoked', new Map([['sales', AbortSignal.abort()]])],
])('refuses a plugin that is %s', (_, others) => {
  expect(admit('sales', component, others)).toEqual({
    pluginId: 'sales',
    component,
    reason: 'AWAITING_CONSENT',
  });
});

test.each<[string, Partial<ListedComponent>, string | undefined]>([
  ['unchanged bytes on disk', { sha256: ON_DISK }, ON_DISK],
  [
    'the trusted bytes of a changed component',
    { sha256: ON_DISK, changed: true, consented: { sha256: TRUSTED } },
    TRUSTED,
  ],
  [
    'the trusted bytes of a component that is gone',
    { changed: true, consented: { sha256: TRUSTED } },
    TRUSTED,
  ],
  ['any bytes, without hashes', {}, undefined],
  ['no changed bytes, without a trusted hash', { sha256: ON_DISK, changed: true }, undefined],
  [
    'no changed bytes, with a malformed trusted hash',
    { sha256: ON_DISK, changed: true, consented: {} },
    undefined,
  ],
])('admits %s', (_, state, version) => {
  const listed = { ...component, ...state };
  expect(versionOf(listed)).toBe(version);
  expect(admit('sales', listed, grants)).toMatchObject({ signal });
  expect(admit('sales', listed, grants).version).toBe(version);
});

test('refuses a component that came with a change, until it is accepted', () => {
  const listed: ListedComponent = { ...component, sha256: ON_DISK, changed: true, consented: null };
  expect(admit('sales', listed, grants)).toEqual({
    pluginId: 'sales',
    component: listed,
    reason: 'BUNDLE_CHANGED',
  });
});

test.each<[Disabled, ...(string | undefined)[]]>([
  [false, undefined, undefined],
  [[], undefined, undefined],
  [['stock', 'nobody'], undefined, 'PLUGINS_DISABLED'],
  [['sale'], undefined, undefined],
  [true, 'PLUGINS_DISABLED', 'PLUGINS_DISABLED'],
])('refuses with %j disabled sales as %s and stock as %s', (disabled, sales, stock) => {
  const plugin = (id: string) => ({ id, components: [component] }) as unknown as Plugin;
  const both = new Map([
    ['sales', signal],
    ['stock', signal],
  ]);
  const reasons = admitAll([plugin('sales'), plugin('stock')], both, disabled).map(({ reason }) => reason);
  expect(reasons).toEqual([sales, stock]);
});

test('requests consent first if a plugin is disabled and not trusted', () => {
  expect(admit('sales', component, new Map(), true).reason).toBe('AWAITING_CONSENT');
});
