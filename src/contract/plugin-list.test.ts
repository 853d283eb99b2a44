import { expect, test } from 'vitest';
import { readPluginList } from './plugin-list.ts';

/** Reads an answer that is a list. */
function listOf(answer: unknown) {
  const { list, issue } = readPluginList(answer);
  expect(issue).toBeUndefined();
  return list!;
}

const entry = (id: unknown, frontend?: unknown) => ({
  id,
  name: id,
  display_name: 'Name',
  version: '1',
  frontend,
});
const frontend = (trusted: unknown = false) => ({
  components: [{ name: 'Chart', path: 'w/Chart.js' }],
  trusted,
  needs_consent: true,
});

test('reads a list, with or without unknown fields', () => {
  const { plugins, refused, invalid } = listOf({
    plugins: [
      {
        ...entry('sales', { ...frontend(true), later: 1 }),
        dashboards: [{ name: 'main', label: 'Main' }],
        later: 1,
      },
      { id: 'plain' },
    ],
    total: 2,
  });
  expect([refused, invalid]).toEqual([[], []]);
  expect(plugins).toEqual([
    {
      id: 'sales',
      name: 'sales',
      display_name: 'Name',
      version: '1',
      dashboards: [{ name: 'main', label: 'Main' }],
      components: [{ name: 'Chart', path: 'w/Chart.js', filename: 'Chart.js' }],
      trusted: true,
      needs_consent: false,
    },
    {
      id: 'plain',
      name: 'plain',
      display_name: 'plain',
      version: '',
      dashboards: [],
      components: [],
      trusted: false,
      needs_consent: false,
    },
  ]);
});

test.each([
  ['alone', { trusted: false, needs_consent: false, sandboxed: true }],
  ['with a contradiction', { trusted: true, needs_consent: true, sandboxed: true }],
])('reads the verdict sandboxed %s, which is never trust (T6)', (_, block) => {
  const { plugins } = listOf({ plugins: [entry('sales', { ...frontend(), ...block })] });
  expect(plugins[0]).toMatchObject({ trusted: false, needs_consent: false, sandboxed: true });
});

test.each(['true', 1, {}, null, undefined])('does not read sandboxed: %j as a verdict', (sandboxed) => {
  const misplaced = { sandboxed, trusted: 'true', needs_consent: '' };
  const { plugins } = listOf({
    plugins: [{ ...entry('sales', { ...frontend(), sandboxed }), ...misplaced }],
  });
  expect(plugins[0]).toMatchObject({ trusted: false, needs_consent: true });
  expect(plugins[0]).not.toHaveProperty('sandboxed');
});

test.each(['true', 1, {}, null, undefined])('does not read trusted: %j as trust', (trusted) => {
  expect(listOf({ plugins: [entry('sales', frontend(trusted))] }).plugins[0]).toMatchObject({
    trusted: false,
    needs_consent: true,
  });
});

test('leaves out only the malformed entry, and returns its issue', () => {
  const { plugins, refused, invalid } = listOf({
    plugins: [
      null,
      entry('Bad Id'),
      entry('sales', frontend()),
      entry('sales'),
      entry('evil', { components: [{ name: 'X', path: '../x.js' }] }),
      { id: { toString: 1 } },
    ],
    refused: [{ id: 'broken', detail: 'plugin.yaml:3:1' }, 'odd'],
  });
  expect(plugins.map(({ id }) => id)).toEqual(['sales']);
  expect(refused).toEqual([{ id: 'broken', detail: 'plugin.yaml:3:1' }]);
  expect(invalid).toEqual([
    { id: 'plugins[0]', issue: { place: 'plugins[0]', value: null, rule: 'mapping' } },
    { id: 'Bad Id', issue: { place: 'plugins[1].id', value: 'Bad Id', rule: 'pluginId' } },
    { id: 'sales', issue: { place: 'plugins[3].id', value: 'sales', rule: 'unique' } },
    { id: 'evil', issue: { place: 'frontend.components[0].path', value: '../x.js', rule: 'innerPath' } },
    { id: 'plugins[5]', issue: { place: 'plugins[5].id', value: { toString: 1 }, rule: 'pluginId' } },
  ]);
});

test.each([
  null,
  'odd',
  5,
  [],
  {},
  { id: 'a' },
  { id: { toString: 1 } },
  { id: 'a', detail: [] },
  { id: 5, detail: '' },
])('ignores the refusal %j of a foreign list', (odd) => {
  const refusal = { id: 'broken', detail: 'plugin.yaml:3:1' };
  expect(listOf({ plugins: [entry('sales')], refused: [odd, refusal] })).toMatchObject({
    plugins: [{ id: 'sales' }],
    refused: [refusal],
    invalid: [],
  });
});

test.each([undefined, null, 'odd', {}, 5])('reads a list whose refusals are %j', (refused) => {
  expect(listOf({ plugins: [entry('sales')], refused })).toMatchObject({
    plugins: [{ id: 'sales' }],
    refused: [],
    invalid: [],
  });
});

test.each([
  [null, 'the answer', 'mapping'],
  [[], 'the answer', 'mapping'],
  ['html', 'the answer', 'mapping'],
  [{}, 'plugins', 'list'],
  [{ plugins: {} }, 'plugins', 'list'],
])('refuses %j as a list', (answer, place, rule) => {
  expect(readPluginList(answer)).toMatchObject({ issue: { place, rule } });
});

test('reads the names that a part of the list is complete for', () => {
  expect(listOf({ plugins: [] })).not.toHaveProperty('enoughFor');
  expect(listOf({ plugins: [], dashboard: { components: ['Map', 5, null] } }).enoughFor).toEqual(['Map']);
});

const SHA = 'a'.repeat(64);

/** Reads the state of one component from a list. */
function stateOf(state: Record<string, unknown>) {
  const components = [{ name: 'Chart', path: 'w/Chart.js', ...state }];
  const { plugins } = listOf({ plugins: [entry('sales', { components, trusted: true })] });
  const { name, path, filename, ...read } = plugins[0]!.components[0]!;
  expect([name, path, filename]).toEqual(['Chart', 'w/Chart.js', 'Chart.js']);
  return read;
}

test('reads the state of the bytes', () => {
  const findings = { hosts: ['cdn.example'], reaches: [], imports: ['x'] };
  const consented = { sha256: 'b'.repeat(64), size: 5, findings };
  const state = { exists_on_disk: true, sha256: SHA, size: 7, findings, changed: true, consented };
  expect(stateOf({ ...state, later: 1 })).toEqual(state);
  expect(stateOf({ exists_on_disk: false, changed: true, consented: null })).toEqual({
    exists_on_disk: false,
    changed: true,
    consented: null,
  });
});

test.each<[unknown]>([
  [SHA.toUpperCase()],
  [SHA.slice(1)],
  [`${SHA}\n`],
  [`${SHA}&r=1`],
  ['g'.repeat(64)],
  [''],
  [null],
  [5],
  [[SHA]],
])('does not read %j as a hash', (sha256) => {
  expect(stateOf({ sha256 })).toEqual({});
  expect(stateOf({ changed: true, consented: { sha256 } })).toEqual({ changed: true, consented: {} });
});

test.each([
  [{ exists_on_disk: 'yes', changed: 'true', consented: 'all', size: '5', findings: 'none' }, {}],
  [{ changed: 1, consented: [] }, {}],
  [{ findings: { hosts: 'one', reaches: [1, null] } }, { findings: { hosts: ['one'], reaches: [] } }],
])('reads %j as %j', (state, read) => expect(stateOf(state)).toEqual(read));

test('leaves out an entry that is too large, and reads the others (M5)', () => {
  const components = Array.from({ length: 257 }, (_, index) => ({ name: `C${index}`, path: 'w/C.js' }));
  const dashboards = Array.from({ length: 257 }, (_, index) => `d${index}`);
  const { plugins, invalid } = readPluginList({
    plugins: [
      entry('many', { components }),
      { ...entry('boards'), dashboards },
      { ...entry('most', { components: components.slice(1) }), dashboards: dashboards.slice(1) },
    ],
  }).list!;
  expect(plugins.map(({ id }) => id)).toEqual(['most']);
  expect(invalid).toEqual([
    { id: 'many', issue: { place: 'frontend.components', count: 257, unit: 'components', limit: 256 } },
    { id: 'boards', issue: { place: 'plugins[1].dashboards', count: 257, unit: 'dashboards', limit: 256 } },
  ]);
});

test('copies the findings of a file to each of its components, and leaves a component’s own findings as they are', () => {
  const [findings, others] = [{ hosts: ['a.example'] }, { hosts: ['b.example'] }];
  const path = 'w/Shared.js';
  const components = [
    { name: 'A', path, findings, consented: { size: 1, findings: others } },
    { name: 'B', path, consented: { size: 1 } },
    { name: 'C', path, consented: null },
    { name: 'D', path, findings: others, consented: { size: 1, findings } },
    { name: 'E', path: 'w/Own.js' },
  ];
  const { plugins } = readPluginList({ plugins: [entry('sales', { components })] }).list!;
  expect(
    plugins[0]!.components.map(({ name, findings: now, consented }) => [name, now, consented?.findings]),
  ).toEqual([
    ['A', findings, others],
    ['B', findings, others],
    ['C', findings, undefined],
    ['D', others, findings],
    ['E', undefined, undefined],
  ]);
});
