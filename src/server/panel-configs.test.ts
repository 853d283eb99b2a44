import { expect, test, vi } from 'vitest';
import { createConfigChecks } from './panel-configs.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';

const schema = (fallback: string) => ({
  type: 'object' as const,
  properties: { color: { type: 'string' as const, default: fallback } },
});
const plugin = (id: string, names: readonly string[]) =>
  ({
    id,
    components: names.map((name) => ({ name, path: `${name}.js`, config: schema(`${id} ${name}`) })),
  }) as unknown as DeclaredPlugin;

test('checks the configs of a dashboard against the schemas of its plugins, each of which it asks for once', async () => {
  const names = ['Map', 'stock/Map', 'stock/Gauge', 'sales/Map', 'gone/Map'];
  const json = JSON.stringify({
    title: 'Main',
    panels: names.map((component) => ({ type: 'custom', component })),
  });
  const find = vi.fn((id: string) => (id === 'stock' ? plugin('stock', ['Map', 'Gauge']) : undefined));
  const document = { json, components: names };
  const dashboard = { name: 'main', path: 'dashboards/main.yaml' };
  const checked = await createConfigChecks()(plugin('sales', ['Map']), dashboard, document, find);
  const { panels } = JSON.parse(checked.json) as { panels: { config?: { color: string } }[] };
  expect(panels.map(({ config }) => config?.color)).toEqual([
    'sales Map',
    'stock Map',
    'stock Gauge',
    'sales Map',
    undefined,
  ]);
  expect(find.mock.calls).toEqual([['stock'], ['gone']]);
});
