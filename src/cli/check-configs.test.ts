import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureOfIssue, PANEL_ISSUES, readDashboard, type PluginEntry } from '../contract/index.ts';
import { errorOf } from '../contract/words.ts';
import { createServer, fileTrustStore } from '../server/index.ts';
import { makeFolder } from '../server/folder.test.kit.ts';
import { checkPlugin } from './check.ts';

const MANIFEST = `id: sales
name: Sales
version: 1.0.0
frontend:
  components:
    - name: Chart
      path: widget/dist/Chart.js
      config:
        type: object
        additionalProperties: false
        required: [title]
        properties:
          title: { type: string }
          height: { type: integer, minimum: 100, default: 300 }
          refresh_seconds: { type: number }
          chart:
            type: object
            additionalProperties: false
            properties:
              type: { enum: [line, bar], default: line }
              color: { type: string, pattern: "^#[0-9a-f]{6}$" }
              series:
                type: array
                items:
                  type: object
                  required: [key]
                  properties: { key: { type: string } }
    - { name: Table, path: widget/dist/Table.js }
`;

const GOOD = `    config:
      title: Sales
      chart: { color: "#ff8800", series: [{ key: a }] }
`;

const dashboard = (panel: string) => `title: Main
panels:
  - type: custom
    component: Chart
${panel}  - type: custom
    component: Table
    config: { anything: 1 }
`;

async function makePlugin(panel: string, manifest = MANIFEST) {
  const bundle = 'export default () => null;';
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': manifest,
    'plugins/sales/dashboards/main.yaml': dashboard(panel),
    'plugins/sales/widget/dist/Chart.js': bundle,
    'plugins/sales/widget/dist/Table.js': bundle,
  });
  const server = createServer({ plugins: join(root, 'plugins'), trust: fileTrustStore(join(root, 'trust')) });
  const get = async (path: string) => {
    const response = await server.fetch(new Request(`http://localhost/api/plugins/${path}`));
    return (await response.json()) as Record<string, unknown>;
  };
  return { get, check: () => checkPlugin(join(root, 'plugins/sales')), folder: join(root, 'plugins/sales') };
}

/** The text of the card that a page shows in place of the first panel. */
function cardOf(document: Record<string, unknown>): string {
  const { layout } = readDashboard(document, 'main');
  const [panel, other] = layout!.rows.map(({ cells }) => cells[0]!.panel);
  expect(other!.issue).toBeUndefined();
  return errorOf(failureOfIssue('DASHBOARD_INVALID', panel!.issue!, 'sales')).message;
}

test.each<[position: string, panel: string, place: string, sentence: string]>([
  ['a value', '    config: { title: 5 }\n', '5:22', 'config.title is 5, but must be a string. Quote it.'],
  ['no config', '', '3:5', 'config.title is missing; it must be a string.'],
  [
    'a key',
    '    config:\n      title: A\n      hight: 5\n',
    '7:7',
    'config.hight is not a setting. Did you mean height?',
  ],
  [
    'a limit',
    '    config:\n      title: A\n      height: 5\n',
    '7:15',
    'config.height is 5, but must be at least 100.',
  ],
  [
    'a key of the panel',
    '    refresh_seconds: soon\n    config: { title: A }\n',
    '5:22',
    'config.refresh_seconds is "soon", but must be a number.',
  ],
  ['older spelling', '    props: { title: [] }\n', '5:21', 'config.title is [], but must be a string.'],
  [
    'a mapping',
    '    config:\n      title: A\n      chart: line\n',
    '7:14',
    'config.chart is "line", but must be a mapping.',
  ],
  [
    'a nested value',
    '    config:\n      title: A\n      chart: { type: bars }\n',
    '7:22',
    'config.chart.type is "bars", but must be "line" or "bar". Did you mean "bar"?',
  ],
  [
    'a nested key',
    '    config:\n      title: A\n      chart:\n        colour: "#ff8800"\n',
    '8:9',
    'config.chart.colour is not a setting. Did you mean color?',
  ],
  [
    'a pattern',
    '    config:\n      title: A\n      chart: { color: red }\n',
    '7:23',
    'config.chart.color is "red", but must match the pattern ^#[0-9a-f]{6}$.',
  ],
  [
    'an item',
    '    config:\n      title: A\n      chart:\n        series:\n          - { key: a }\n          - { key: 5 }\n',
    '10:20',
    'config.chart.series[1].key is 5, but must be a string. Quote it.',
  ],
  [
    'a missing key of an item',
    '    config:\n      title: A\n      chart:\n        series:\n          - { kee: a }\n',
    '9:13',
    'config.chart.series[0].key is missing; it must be a string.',
  ],
])('the card and check name the same place: %s', async (_, panel, place, sentence) => {
  const { get, check } = await makePlugin(panel);
  expect(cardOf(await get('sales/dashboards/main'))).toBe(
    `sales/Chart: dashboards/main.yaml:${place}: ${sentence} Correct the panel’s config in the dashboard’s file. [CONFIG_INVALID]`,
  );
  const [line, column] = place.split(':').map(Number);
  const { problems } = await check();
  expect(problems).toEqual([
    expect.objectContaining({
      level: 'error',
      code: 'CONFIG_INVALID',
      file: 'dashboards/main.yaml',
      line,
      column,
      message: sentence,
    }),
  ]);
});

test('a document with valid configs has the defaults, and one without schemas stays as it is', async () => {
  const { get, check } = await makePlugin(GOOD);
  const { [PANEL_ISSUES]: issues, panels } = await get('sales/dashboards/main');
  expect(issues).toBeUndefined();
  const chart = { type: 'line', color: '#ff8800', series: [{ key: 'a' }] };
  expect(panels).toMatchObject([
    { component: 'Chart', config: { title: 'Sales', height: 300, chart } },
    { component: 'Table', config: { anything: 1 } },
  ]);
  expect((await check()).problems).toEqual([]);
});

test('the manifest in the answer has the schema, for a form', async () => {
  const { get } = await makePlugin(GOOD);
  const { frontend } = (await get('sales')) as unknown as PluginEntry;
  expect(frontend.components[0]!.config).toMatchObject({ type: 'object', required: ['title'] });
  expect(frontend.components[1]).not.toHaveProperty('config');
});

test('check names the mistakes of a schema, which hosts ignore', async () => {
  const wrong = MANIFEST.replace('{ type: string }', '{ type: text }');
  const { get, check } = await makePlugin('    config: { title: 5 }\n', wrong);
  const place = 'frontend.components[0].config.properties.title.type';
  expect((await check()).problems).toMatchObject([
    {
      level: 'error',
      code: 'CONFIG_SCHEMA_INVALID',
      file: 'plugin.yaml',
      line: 13,
      column: 20,
      message: expect.stringContaining(place),
    },
  ]);
  expect((await get('sales/dashboards/main')).panels).toMatchObject([{ config: { title: 5 } }, {}]);
  expect(((await get('sales')) as unknown as PluginEntry).frontend.components[0]).not.toHaveProperty(
    'config',
  );
});

test('several faults are one card, and a problem each', async () => {
  const { get, check } = await makePlugin('    config: { height: 5, hight: 1 }\n');
  expect(cardOf(await get('sales/dashboards/main'))).toContain('2 more values are wrong: config');
  expect((await check()).problems).toHaveLength(3);
});
