import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEngine } from './engine.ts';
import type { Plugins } from './plugins.ts';
import type { Row } from './spec.ts';

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

test('waits for widgets that come quickly, and has them drawn at one go', async () => {
  const { arrive, drawn, wait } = setup();
  await wait(140);
  arrive[0]!();
  await wait(90);
  arrive[1]!();
  await wait(90);
  expect(drawn).not.toHaveBeenCalled();
  arrive[2]!();
  await wait(0);
  expect(drawn).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('waits no longer once none has come for a while', async () => {
  const { arrive, drawn, wait } = setup();
  arrive[0]!();
  await wait(99);
  expect(drawn).not.toHaveBeenCalled();
  await wait(2);
  expect(drawn).toHaveBeenCalledOnce();
});

test('does not wait where none comes, nor for ever where one comes after the other', async () => {
  const slow = setup();
  await slow.wait(149);
  expect(slow.drawn).not.toHaveBeenCalled();
  await slow.wait(2);
  expect(slow.drawn).toHaveBeenCalledOnce();

  const names = ['A', 'B', 'C', 'D', 'E', 'F'];
  const trickling = setup(names);
  for (const [index] of names.slice(0, 4).entries()) {
    expect(trickling.drawn).not.toHaveBeenCalled();
    trickling.arrive[index]!();
    await trickling.wait(90);
  }
  expect(trickling.drawn).toHaveBeenCalledOnce();
});

test('has nothing to wait for on a dashboard without widgets', async () => {
  const { engine } = setup();
  await engine.load('sales', []);
});
