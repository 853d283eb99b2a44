import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { installedReact } from './installed-react.ts';

test.each([
  ['18.3.1', 18],
  ['19.3.1', 19],
])('shows a plugin that has React %s in React %d', async (version, expected) => {
  const folder = await makeFolder({
    'node_modules/react/package.json': JSON.stringify({ name: 'react', version }),
    'plugins/sales/plugin.yaml': 'id: sales',
  });
  expect(installedReact(folder)).toBe(expected);
  // A workspace has installed it for all of its plugins.
  expect(installedReact(`${folder}/plugins/sales`)).toBe(expected);
});

test('shows a plugin that has no React in React 18', async () => {
  expect(installedReact(await makeFolder({ 'plugin.yaml': 'id: sales' }))).toBe(18);
});
