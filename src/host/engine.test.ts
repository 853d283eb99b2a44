import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEngine } from './engine.ts';
import type { Plugins } from './plugins.ts';
import type { Row } from '../contract/index.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** An engine over trusted components that arrive when they are told to. */
function setup(names = ['A', 'B', 'C']) {
  const row: Row = {
    grid: false,
    cells: names.map((component) => ({
      panel: { key: component, type: 'custom', component, config: {}, source: {} },
    })),
  };
  const arrive: (() => void)[] = [];
  const components = names.map((name) => ({ name, path: `${name}.js`, filename: `${name}.js` }));
  const plugin = { id: 'sales', components };
  const grants = new Map([['sales', new AbortController().signal]]);
  const snapshot = { status: 'ready', plugins: [plugin], grants, settled: new Set() };
  const engine = createEngine({
    apiBase: '/api',
    fetch,
    apiFetch: fetch,
    plugins: { getSnapshot: () => snapshot, refresh: async () => {} } as unknown as Plugins,
    disablePlugins: false,
    importModule: () => new Promise((resolve) => arrive.push(() => resolve({ default: () => null }))),
    unstable_require: false,
    enter: () => {},
  });
  engine.sync();
  const drawn = vi.fn();
  void engine.load('sales', [row]).then(drawn);
  const wait = (time: number) => vi.advanceTimersByTimeAsync(time);
  return { arrive, drawn, wait, engine };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => `Widget${index}`);

test('waits for widgets that come quickly, and has them drawn at one go', async () => {
  const { arrive, drawn, wait } = setup();
  await wait(100);
  arrive[0]!();
  await wait(30);
  arrive[1]!();
  await wait(30);
  expect(drawn).not.toHaveBeenCalled();
  arrive[2]!();
  await wait(0);
  expect(drawn).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [3, 33],
  [10, 40],
  [100, 130],
  [1000, 130],
])('of %i widgets waits %i ms for another one', async (count, time) => {
  const { arrive, drawn, wait } = setup(many(count));
  arrive[0]!();
  await wait(time - 1);
  expect(drawn).not.toHaveBeenCalled();
  await wait(2);
  expect(drawn).toHaveBeenCalledOnce();
});

test.each([
  [3, 103],
  [100, 200],
  [1000, 200],
])('of %i widgets waits %i ms for the first one', async (count, time) => {
  const { drawn, wait } = setup(many(count));
  await wait(time - 1);
  expect(drawn).not.toHaveBeenCalled();
  await wait(2);
  expect(drawn).toHaveBeenCalledOnce();
});

test('does not wait for ever where one comes after the other', async () => {
  const { arrive, drawn, wait } = setup(many(6));
  for (const arrival of arrive.slice(0, 4)) {
    expect(drawn).not.toHaveBeenCalled();
    arrival();
    await wait(30);
  }
  expect(drawn).toHaveBeenCalledOnce();
});

test('has nothing to wait for on a dashboard without widgets', async () => {
  const { engine } = setup();
  await engine.load('sales', []);
});
