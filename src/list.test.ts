import { expect, test } from 'vitest';
import { bundlesOf, detailOf, parsePluginList } from './list.ts';

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

test('reads a list, unknown fields or not', async () => {
  const { plugins, refused } = await parsePluginList({
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
  expect(refused).toEqual([]);
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

test.each(['true', 1, {}, null, undefined])('takes trusted: %j for no trust', async (trusted) => {
  expect((await parsePluginList({ plugins: [entry('sales', frontend(trusted))] })).plugins[0]).toMatchObject({
    trusted: false,
    needs_consent: true,
  });
});

test('leaves out a malformed entry alone, and says why', async () => {
  const { plugins, refused } = await parsePluginList({
    plugins: [
      null,
      entry('Bad Id'),
      entry('sales', frontend()),
      entry('sales'),
      entry('evil', { components: [{ name: 'X', path: '../x.js' }] }),
    ],
    refused: [{ id: 'broken', detail: 'plugin.yaml:3:1' }, 'odd'],
  });
  expect(plugins.map(({ id }) => id)).toEqual(['sales']);
  expect(refused.map(({ id }) => id)).toEqual(['plugins[0]', 'Bad Id', 'sales', 'evil', 'broken']);
  expect(refused[3]!.detail).toMatch(
    /^evil: frontend\.components\[0\]\.path is "\.\.\/x\.js".*\[LIST_INVALID\]$/,
  );
});

test.each([null, [], {}, { plugins: {} }, 'html'])('refuses %j as a list', async (answer) => {
  await expect(parsePluginList(answer)).rejects.toThrow(expect.objectContaining({ code: 'LIST_INVALID' }));
});

test.each([
  [Response.json({ detail: 'not installed' }), 'not installed'],
  [Response.json({ detail: [{ msg: 'x' }] }), '[{"msg":"x"}]'],
  [Response.json({}), ''],
  [new Response('<html>'), ''],
])('reads the detail of a refusal', async (response, detail) =>
  expect(await detailOf(response)).toBe(detail),
);

const SHA = 'a'.repeat(64);

/** The state of one component, as the host API tells it and as it is read. */
async function stateOf(state: Record<string, unknown>) {
  const components = [{ name: 'Chart', path: 'w/Chart.js', ...state }];
  const { plugins } = await parsePluginList({ plugins: [entry('sales', { components, trusted: true })] });
  const { name, path, filename, ...read } = plugins[0]!.components[0]!;
  expect([name, path, filename]).toEqual(['Chart', 'w/Chart.js', 'Chart.js']);
  return read;
}

test('reads what the host API tells of the bytes', async () => {
  const findings = { hosts: ['cdn.example'], reaches: [], imports: ['x'] };
  const consented = { sha256: 'b'.repeat(64), size: 5, findings };
  const state = { exists_on_disk: true, sha256: SHA, size: 7, findings, changed: true, consented };
  expect(await stateOf({ ...state, later: 1 })).toEqual(state);
  expect(await stateOf({ exists_on_disk: false, changed: true, consented: null })).toEqual({
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
])('takes %j for no hash', async (sha256) => {
  expect(await stateOf({ sha256 })).toEqual({});
  expect(await stateOf({ changed: true, consented: { sha256 } })).toEqual({ changed: true, consented: {} });
});

test.each([
  [{ exists_on_disk: 'yes', changed: 'true', consented: 'all', size: '5', findings: 'none' }, {}],
  [{ changed: 1, consented: [] }, {}],
  [{ findings: { hosts: 'one', reaches: [1, null] } }, { findings: { hosts: ['one'], reaches: [] } }],
])('reads %j as %j', async (state, read) => expect(await stateOf(state)).toEqual(read));

test('names the bundles that are shown by file and hash, and none where no hash is told', async () => {
  const components = [
    { name: 'Chart', path: 'w/Chart.js', sha256: SHA },
    { name: 'Proto', path: 'w/__proto__.js', sha256: SHA },
    { name: 'Gone', path: 'w/Gone.js' },
  ];
  const { plugins } = await parsePluginList({
    plugins: [entry('sales', { components }), entry('old', frontend())],
  });
  expect(JSON.stringify(bundlesOf(plugins, 'sales'))).toBe(
    JSON.stringify(
      Object.fromEntries([
        ['Chart.js', SHA],
        ['__proto__.js', SHA],
      ]),
    ),
  );
  expect(bundlesOf(plugins, 'old')).toBeUndefined();
  expect(bundlesOf(plugins, 'nobody')).toBeUndefined();
});

test('leaves out an entry that is too large, and reads the others (M5)', async () => {
  const components = Array.from({ length: 257 }, (_, index) => ({ name: `C${index}`, path: 'w/C.js' }));
  const dashboards = Array.from({ length: 257 }, (_, index) => `d${index}`);
  const { plugins, refused } = await parsePluginList({
    plugins: [
      entry('many', { components }),
      { ...entry('boards'), dashboards },
      { ...entry('most', { components: components.slice(1) }), dashboards: dashboards.slice(1) },
    ],
  });
  expect(plugins.map(({ id }) => id)).toEqual(['most']);
  expect(refused.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/^many: frontend\.components has 257 components, and 256 are allowed\. .*LARGE\]$/),
    expect.stringMatching(
      /^boards: plugins\[1\]\.dashboards has 257 dashboards, and 256 are allowed\. .*LARGE\]$/,
    ),
  ]);
});

test('gives the findings of a file to each of its components, and leaves alone what each has of its own', async () => {
  const [findings, others] = [{ hosts: ['a.example'] }, { hosts: ['b.example'] }];
  const path = 'w/Shared.js';
  const components = [
    { name: 'A', path, findings, consented: { size: 1, findings: others } },
    { name: 'B', path, consented: { size: 1 } },
    { name: 'C', path, consented: null },
    { name: 'D', path, findings: others, consented: { size: 1, findings } },
    { name: 'E', path: 'w/Own.js' },
  ];
  const { plugins } = await parsePluginList({ plugins: [entry('sales', { components })] });
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
