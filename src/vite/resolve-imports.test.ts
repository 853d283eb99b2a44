import { build } from 'vite';
import { expect, test, vi } from 'vitest';
import { late } from '../../fixtures/libraries/features/packages.ts';
import { makeFolder } from '../server/folder.test.kit.ts';
import { nousvizWidgets } from './nousviz-widgets.ts';

test('is asked about the author’s imports, and in packages about names and queries only', async () => {
  const root = await makeFolder({
    ...late(`exports.late = [require('react'), require('./part.js'), require('../late/other.js')];`),
    'node_modules/late/part.js': `exports.part = require('./other');`,
    'node_modules/late/other.js': `exports.other = 1;`,
    'widget/own.ts': 'export const own = 1;',
    'widget/W.tsx': `import { late } from 'late'; import { own } from './own.ts'; export default () => <p>{[late, own]}</p>;`,
  });
  const plugin = nousvizWidgets();
  const resolve = vi.spyOn(plugin.resolveId as { handler: (specifier: string) => unknown }, 'handler');
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [plugin],
    build: { write: false, lib: { entry: 'widget/W.tsx', formats: ['es'] } },
  });
  const asked = resolve.mock.calls.map(([specifier]) => specifier);
  expect(asked.filter((one) => one.startsWith('.'))).toEqual(['./own.ts']);
  expect(asked).toEqual(expect.arrayContaining(['late', 'react']));
});
