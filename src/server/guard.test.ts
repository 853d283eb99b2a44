import { expect, test } from 'vitest';
import { WIDGET_HEADER } from '../contract/index.ts';
import { createGuard } from './guard.ts';
import type { SandboxNames } from './sandbox-names.ts';

const NO_NAMES = { pluginAt: async () => undefined } as unknown as SandboxNames;

const ask = (path: string, id = 'sales') =>
  createGuard('/api', NO_NAMES, (known) => known.endsWith('/forecast'))({
    url: `http://localhost/api/plugins/sales/${path}`,
    headers: new Headers({ [WIDGET_HEADER]: id }),
  });

test('lets a sandboxed plugin request its own route', async () => {
  expect(await ask('items')).toBeUndefined();
});

test('refuses it each route that the server has, whatever its name', async () => {
  expect(await ask('forecast')).toMatch(/is not one of the plugin’s own routes/);
});

test('refuses the mark of another plugin, of several and of none', async () => {
  for (const id of ['stock', 'sales, sales', '', 'Sales'])
    expect(await ask('items', id)).toMatch(/is not one of the plugin’s own routes/);
});
