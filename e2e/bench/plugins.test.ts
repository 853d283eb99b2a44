import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, fileTrustStore } from '@nousviz/widget-runtime/server';
import { expect, onTestFinished, test } from 'vitest';
import { OWNER, panelsOf, planCell, writePlugins } from './plugins.js';

const idsOf = (plugins: { id: string }[]) => plugins.map(({ id }) => id);

test('shows different plugins on the two dashboards, evenly from the list', () => {
  const { shown, plugins } = planCell(10, 1000);
  const [first, second] = [idsOf(shown.first), idsOf(shown.second)];
  expect(plugins).toHaveLength(1000);
  expect(new Set([...first, ...second]).size).toBe(20);
  expect(first.slice(0, 3)).toEqual(['plugin-0000', 'plugin-0100', 'plugin-0200']);
});

test('repeats plugins of the first dashboard if there are no others', () => {
  const { shown } = planCell(10, 10);
  expect(new Set(idsOf(shown.second)).size).toBe(10);
  expect(idsOf(planCell(3, 5).shown.second).slice(0, 2)).not.toContain(idsOf(planCell(3, 5).shown.first)[0]);
});

test('writes plugins that the library’s server serves as trusted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-plugins-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const cell = planCell(2, 5);
  const { plugins, trust } = await writePlugins(folder, cell, `export default () => '${OWNER}';`);
  const handle = createServer({ plugins, trust: fileTrustStore(trust) }).fetch;
  const ask = (path: string) => handle(new Request(`http://127.0.0.1/api/plugins${path}`));

  const list = await (await ask('')).json();
  expect(list.refused).toEqual([]);
  expect(list.plugins).toHaveLength(5);
  for (const { frontend } of list.plugins) {
    expect(frontend.trusted).toBe(true);
    expect(frontend.components[0]).not.toHaveProperty('changed');
  }
  const dashboard = await (await ask(`/${OWNER}/dashboards/second`)).json();
  expect(dashboard.panels).toEqual(panelsOf(cell, 'second'));
  const bundle = await ask('/plugin-0004/widget/Widget0004.js');
  expect(await bundle.text()).toBe("export default () => 'plugin-0004';");
});
