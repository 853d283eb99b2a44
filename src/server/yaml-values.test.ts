import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDashboard } from '../contract/index.ts';
import { errorOf } from '../contract/words.ts';
import { failureOfIssue } from '../contract/issues.ts';
import { readDashboardFile } from './dashboard-file.ts';
import { makeFolder } from './folder.test.kit.ts';
import { isManifestText } from './text-fields.ts';
import { parseYaml } from './yaml.ts';

const file = { pluginId: 'sales', file: 'dashboards/main.yaml' };

/** Reads a dashboard as a page does: from the JSON of the host API. */
async function panelsOf(yaml: string) {
  const folder = await makeFolder({ 'main.yaml': yaml });
  const { document } = await readDashboardFile(join(folder, 'main.yaml'), file);
  const { layout } = readDashboard(JSON.parse(JSON.stringify(document)), 'main');
  return layout!.rows
    .flatMap(({ cells }) => cells.map(({ panel }) => panel))
    .toSorted((a, b) => Number(a.key) - Number(b.key));
}

const messageOf = (panel: Awaited<ReturnType<typeof panelsOf>>[number]) =>
  panel.issue && errorOf(failureOfIssue('DASHBOARD_INVALID', panel.issue, 'sales')).message;

const dashboard = (value: string, type: string) =>
  `panels:\n  - type: ${type}\n    component: Chart\n    config:\n      v: ${value}\n  - { type: custom, component: Table, config: { n: 1 } }\n`;

const EXACT: [string, unknown][] = [
  ['9007199254740991', 9_007_199_254_740_991],
  ['-9007199254740992', -9_007_199_254_740_992],
  ['0.1', 0.1],
  ['0.30000000000000004', 0.300_000_000_000_000_04],
  ['-12.5e-3', -0.0125],
  ['5e-324', 5e-324],
  ['1.7976931348623157e308', Number.MAX_VALUE],
  ['1.10', 1.1],
  ['+5', 5],
  ['0', 0],
  ['0.0', 0],
  ['.5', 0.5],
  ['0o17', 15],
  ['0x1F', 31],
  ['true', true],
  ['FALSE', false],
  ['~', null],
  ['', null],
  ['yes', 'yes'],
  ['off', 'off'],
  ['1_000', '1_000'],
  ['12:30:45', '12:30:45'],
  ['0b101', '0b101'],
  ['2026-01-01', '2026-01-01'],
  ['2026-01-01T10:00:00.123456789Z', '2026-01-01T10:00:00.123456789Z'],
  ['"\\ud800"', '\ud800'],
  ['"0123"', '0123'],
  ['!!str 007', '007'],
  ['! 12', '12'],
  [`"${'x'.repeat(200_000)}"`, 'x'.repeat(200_000)],
  [
    '{1: a, true: b, ~: c, 2026-01-01: d, 1.10: e}',
    { 1: 'a', true: 'b', '~': 'c', '2026-01-01': 'd', '1.10': 'e' },
  ],
  ['{a: &a [1], b: *a, <<: {c: 2}}', { a: [1], b: [1], c: 2 }],
];

test.each(EXACT)('carries %j exactly', async (yaml, value) => {
  for (const type of ['custom', 'stat']) {
    const [panel] = await panelsOf(dashboard(yaml, type));
    expect(panel!.issue).toBeUndefined();
    expect(panel!.config.v).toStrictEqual(value);
  }
});

test('carries the key __proto__ exactly', async () => {
  const [panel] = await panelsOf(dashboard('{__proto__: {a: 1}}', 'custom'));
  expect(Object.entries(panel!.config.v as object)).toEqual([['__proto__', { a: 1 }]]);
});

const LOST: [string, string, RegExp][] = [
  [
    '9007199254740993',
    '5:10, panels[0].config.v',
    /is 9007199254740993, but it must be a number that JavaScript/,
  ],
  ['0x20000000000001', '5:10, panels[0].config.v', /is 0x20000000000001/],
  ['3.14159265358979323846', '5:10, panels[0].config.v', /is 3\.14159265358979323846/],
  ['1e-400', '5:10, panels[0].config.v', /is 1e-400/],
  ['-0', '5:10, panels[0].config.v', /is -0/],
  ['-0.0', '5:10, panels[0].config.v', /is -0\.0/],
  ['.nan', '5:10, panels[0].config.v', /is \.nan, but it must be a finite number/],
  ['-.inf', '5:10, panels[0].config.v', /is -\.inf/],
  ['1e400', '5:10, panels[0].config.v', /is 1e400/],
  ['0123', '5:10, panels[0].config.v', /is 0123, but it must not begin with 0/],
  ['!!binary aGk=', '5:19, panels[0].config.v', /is !!binary aGk=, but it must not have a tag/],
  ['!!timestamp 2026-01-01', '5:22, panels[0].config.v', /is !!timestamp 2026-01-01/],
  ['!!set {a, b}', '5:16, panels[0].config.v', /is !!set/],
  ['!!omap [a: 1]', '5:17, panels[0].config.v', /is !!omap/],
  ['!money 5', '5:17, panels[0].config.v', /is !money 5/],
  ['[1, {a: .nan}]', '5:18, panels[0].config.v[1].a', /is \.nan/],
  ['{a: 1, a: 2}', '5:17, panels[0].config.v', /is a, but it must be unique/],
  ['{1: a, "1": b}', '5:17, panels[0].config.v', /is 1, but it must be unique/],
  ['{? [a, b] : 1}', '5:13, panels[0].config.v', /is \[a, b\], but it must be a string key/],
  ['{!!int 1: a}', '5:17, panels[0].config.v', /is 1, but it must be a string key/],
];

test.each(LOST)(
  'names %j with file, line and column, and shows the other panels',
  async (yaml, place, fact) => {
    for (const type of ['custom', 'stat']) {
      const [panel, neighbour] = await panelsOf(dashboard(yaml, type));
      const message = messageOf(panel!);
      expect(message).toContain(`sales: dashboards/main.yaml:${place} `);
      expect(message).toMatch(fact);
      expect(neighbour).toMatchObject({ component: 'Table', config: { n: 1 } });
      expect(neighbour!.issue).toBeUndefined();
    }
  },
);

test('names values that reach a panel through aliases and merges', async () => {
  const yaml =
    'base: &base { config: { v: .inf } }\npanels:\n  - { type: stat, <<: *base }\n  - { type: stat, list: [1] }\n  - { type: stat, config: { <<: &twice {a: 1, a: 2} } }\n';
  const [merged, healthy, repeated] = await panelsOf(yaml);
  expect(messageOf(merged!)).toContain('main.yaml:1:28, panels[0].config.v is .inf');
  expect(healthy!.issue).toBeUndefined();
  expect(messageOf(repeated!)).toContain('must be unique');
});

test('the widgets form has the same rules, and a list of the document’s own is ignored', async () => {
  const [panel] = await panelsOf('widgets:\n  - { type: custom, config: { component: Chart, v: .nan } }\n');
  expect(messageOf(panel!)).toContain('main.yaml:2:52, widgets[0].config.v is .nan');
  const [own] = await panelsOf('panel_issues: [{ panel: 0 }]\npanels: [{ type: stat }]\n');
  expect(own!.issue).toBeUndefined();
});

test('refuses a document whose own keys are repeated, and ignores values outside of the panels', async () => {
  await expect(panelsOf('panels: []\npanels: []\n')).rejects.toThrow(
    /main\.yaml:2:1: the key "panels" is repeated/,
  );
  expect(await panelsOf('note: .nan\npanels: [{ type: stat }]\n')).toHaveLength(1);
});

test('text fields arrive as the file spells them', async () => {
  const [panel] = await panelsOf('panels:\n  - { type: stat, label: 1.10 }\n');
  expect(panel!.label).toBe('1.10');
  const manifest = parseYaml(
    'name: 007\nversion: 1.10\ndisplay_name: true\ndashboards: [1.0, { name: 2.50, label: 0x10 }]\nother: 1.10',
    { pluginId: 'sales', file: 'plugin.yaml' },
    { isText: isManifestText },
  );
  expect(manifest).toEqual({
    name: '007',
    version: '1.10',
    display_name: 'true',
    dashboards: ['1.0', { name: '2.50', label: '0x10' }],
    other: 1.1,
  });
});

const guide = await readFile(new URL('../../types/README.md', import.meta.url), 'utf8');
const [, section = ''] = guide.split("\n## Values in a dashboard's YAML\n");
const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(.+?)` +\| (?:`(.+?)`|(a card)) +\|$/gm)];

test.each(rows.map(([, yaml = '', json, card]): [string, string] => [yaml, json ?? card ?? '']))(
  'the authors’ guide is right about %s: %s',
  async (yaml, arrives) => {
    const [panel] = await panelsOf(dashboard(yaml, 'custom'));
    if (arrives === 'a card') expect(messageOf(panel!)).toContain('main.yaml:5:');
    else expect([panel!.issue, panel!.config.v]).toEqual([undefined, JSON.parse(arrives)]);
  },
);

test('the authors’ guide has a table', () => {
  expect(rows.length).toBeGreaterThan(25);
});
