import { expect, test, vi } from 'vitest';
import { clock, measure } from './timing.ts';

const owner = { pluginId: 'sales', component: 'Chart' };

test('adds an entry that names the plugin and the component', () => {
  const add = vi.fn();
  vi.stubGlobal('performance', { now: () => 5, measure: add });
  expect(clock()).toBe(5);
  measure('load', owner, 2);
  measure('render', owner, 3);
  expect(add.mock.calls).toEqual([
    ['NousViz load sales/Chart', { start: 2 }],
    ['NousViz render sales/Chart', { start: 3 }],
  ]);
});

test.each([
  ['measures', { now: () => 5 }, 5],
  ['a clock', undefined, 0],
])('does nothing in a browser without %s', (_, performance, time) => {
  vi.stubGlobal('performance', performance);
  expect(clock()).toBe(time);
  measure('load', owner, 2);
});
