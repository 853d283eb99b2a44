import { expect, test } from 'vitest';
import { detailOf, parsePluginList } from './list.ts';

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
