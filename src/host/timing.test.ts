import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clock, measure } from './timing.ts';

const owner = { pluginId: 'sales', component: 'Chart' };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => void vi.useRealTimers());

test('adds entries that name the plugin and the component, in a later task', () => {
  const add = vi.fn();
  let now = 5;
  vi.stubGlobal('performance', { now: () => now, measure: add });
  expect(clock()).toBe(5);
  measure('load', owner, 2);
  measure('render', owner, 3);
  expect(add).not.toHaveBeenCalled();
  now = 50;
  vi.runAllTimers();
  expect(add.mock.calls).toEqual([
    ['NousViz load sales/Chart', { start: 2, end: 5 }],
    ['NousViz render sales/Chart', { start: 3, end: 5 }],
  ]);
  measure('load', owner, 40);
  vi.runAllTimers();
  expect(add).toHaveBeenLastCalledWith('NousViz load sales/Chart', { start: 40, end: 50 });
});

test.each([
  ['measures', { now: () => 5 }, 5],
  ['a clock', undefined, 0],
])('does nothing in a browser without %s', (_, performance, time) => {
  vi.stubGlobal('performance', performance);
  expect(clock()).toBe(time);
  measure('load', owner, 2);
  vi.runAllTimers();
});
