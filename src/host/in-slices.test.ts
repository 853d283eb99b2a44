import { afterEach, expect, test, vi } from 'vitest';
import { createClient } from './client.ts';
import { inSlices } from './in-slices.ts';

afterEach(() => void vi.unstubAllGlobals());

/** Counts the yields to the page, by its scheduler. */
function countYields() {
  const onYield = vi.fn(async () => {});
  vi.stubGlobal('scheduler', { yield: onYield });
  return onYield;
}

function* work(count: number, each: number): Generator<number, string> {
  for (let index = 0; index < count; index += 1) yield each;
  return 'done';
}

test.each([
  [49, 2, 0],
  [50, 2, 1],
  [1000, 2, 20],
  [3, 257, 3],
])('yields to the page in %i steps of %i, %i times', async (count, each, expected) => {
  const yields = countYields();
  expect(await inSlices(work(count, each))).toBe('done');
  expect(yields).toHaveBeenCalledTimes(expected);
});

test('lets a message through between its slices in a browser without a scheduler', async () => {
  const seen: string[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => seen.push('message'));
  port1.start();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
  port2.postMessage('click');
  await inSlices(work(1000, 2));
  seen.push('end');
  port1.close();
  expect(seen).toEqual(['message', 'end']);
});

/** The entries of many plugins, each with a component. */
const entries = (count: number, revision?: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    ...(revision && { revision: revision(index) }),
    frontend: { components: [{ name: 'Chart', path: 'Chart.js' }], trusted: true },
  }));

function clientOf(answer: () => Response) {
  const apiFetch = vi.fn(async () => answer());
  return { ...createClient({ apiBase: '/api', apiFetch }), apiFetch };
}

test('reads a thousand plugins in twenty slices, and then only those of another revision', async () => {
  const yields = countYields();
  let changed = -1;
  const revision = (index: number) => (index === changed ? 'new' : 'old');
  const { listPlugins } = clientOf(() => Response.json({ plugins: entries(1000, revision) }));
  const before = await listPlugins();
  expect([before.plugins.length, yields.mock.calls.length]).toEqual([1000, 20]);
  changed = 5;
  const after = await listPlugins();
  const differing = after.plugins.filter((plugin, index) => plugin !== before.plugins[index]);
  expect(differing.map(({ id, revision: shown }) => [id, shown])).toEqual([['p5', 'new']]);
});

test('reads every plugin again of a host API without revisions', async () => {
  const { listPlugins } = clientOf(() => Response.json({ plugins: entries(3) }));
  const [before, after] = [await listPlugins(), await listPlugins()];
  expect(after).toEqual(before);
  expect(after.plugins.some((plugin) => before.plugins.includes(plugin))).toBe(false);
});

test('an entry takes no revision of another plugin, nor a place that is taken', async () => {
  const [one] = entries(1, () => 'same');
  let plugins: object[] = [one!];
  const { listPlugins } = clientOf(() => Response.json({ plugins }));
  const before = await listPlugins();
  plugins = [one!, one!, { ...one, id: 'other', frontend: { components: [] } }];
  const { plugins: after, refused } = await listPlugins();
  expect(after.map(({ id, trusted }) => [id, trusted])).toEqual([
    ['p0', true],
    ['other', false],
  ]);
  expect([after[0] === before.plugins[0], refused.map(({ id }) => id)]).toEqual([true, ['p0']]);
});

test('stops reading an answer that a newer request has replaced', async () => {
  const controller = new AbortController();
  const { listPlugins } = clientOf(() => Response.json({ plugins: entries(1000) }));
  const yields = vi.fn(async () => controller.abort());
  vi.stubGlobal('scheduler', { yield: yields });
  await expect(listPlugins(undefined, undefined, controller.signal)).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(yields).toHaveBeenCalledOnce();
});
