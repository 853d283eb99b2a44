import { expect, test, vi } from 'vitest';
import { WidgetError } from './errors.ts';
import type { Plugin, RefusedPlugin } from './list.ts';
import { createPlugins } from './plugins.ts';

const plugin = (id: string, trusted: boolean): Plugin => ({
  id,
  name: id,
  display_name: id,
  version: '1',
  dashboards: [],
  components: [{ name: 'Chart', path: 'Chart.js', filename: 'Chart.js' }],
  trusted,
  needs_consent: !trusted,
});

function fakeApi() {
  const trusted = new Set<string>();
  return {
    listPlugins: vi.fn(async () => ({
      plugins: ['a', 'b'].map((id) => plugin(id, trusted.has(id))),
      refused: [] as RefusedPlugin[],
    })),
    trust: vi.fn(async (id: string) => void trusted.add(id)),
    revoke: vi.fn(async (id: string) => void trusted.delete(id)),
  };
}

test('is loading, then ready, and tells its listeners', async () => {
  const plugins = createPlugins(fakeApi());
  const listener = vi.fn();
  const unsubscribe = plugins.subscribe(listener);
  expect(plugins.getSnapshot().status).toBe('loading');
  await plugins.refresh();
  expect(plugins.getSnapshot()).toMatchObject({ status: 'ready', plugins: [{ id: 'a' }, { id: 'b' }] });
  expect(listener).toHaveBeenCalledOnce();
  unsubscribe();
  await plugins.refresh();
  expect(listener).toHaveBeenCalledOnce();
});

test('grants on trust and aborts the grant on revoke', async () => {
  const plugins = createPlugins(fakeApi());
  await plugins.trust('a');
  const signal = plugins.getSnapshot().grants.get('a');
  expect(signal?.aborted).toBe(false);
  await plugins.trust('b');
  expect(plugins.getSnapshot().grants.get('a')).toBe(signal);
  await plugins.revoke('a');
  expect(signal?.aborted).toBe(true);
  expect([...plugins.getSnapshot().grants.keys()]).toEqual(['b']);
});

test('keeps the list when a refresh fails, and says why', async () => {
  const api = fakeApi();
  const plugins = createPlugins(api);
  await plugins.refresh();
  api.listPlugins.mockRejectedValueOnce(new WidgetError('API_FAILED', { message: 'down' }));
  await plugins.refresh();
  expect(plugins.getSnapshot()).toMatchObject({
    status: 'ready',
    plugins: [{}, {}],
    error: { code: 'API_FAILED' },
  });
  await plugins.refresh();
  expect(plugins.getSnapshot().error).toBeUndefined();
});

test('has failed where there never was a list', async () => {
  const api = fakeApi();
  api.listPlugins.mockRejectedValueOnce(new WidgetError('API_FAILED', { message: 'down' }));
  const plugins = createPlugins(api);
  await plugins.refresh();
  expect(plugins.getSnapshot()).toMatchObject({
    status: 'failed',
    error: { message: expect.stringMatching(/down/) },
  });
});

test('takes the newest answer, whatever order they come in', async () => {
  const api = fakeApi();
  const plugins = createPlugins(api);
  let answerFirst: (list: Awaited<ReturnType<typeof api.listPlugins>>) => void = () => {};
  api.listPlugins.mockReturnValueOnce(new Promise((resolve) => (answerFirst = resolve)));
  const first = plugins.refresh();
  await plugins.trust('a');
  answerFirst({ plugins: [], refused: [] });
  await first;
  expect(plugins.getSnapshot().plugins).toHaveLength(2);
});

test('lets the caller know that trust could not be recorded', async () => {
  const api = fakeApi();
  api.trust.mockRejectedValueOnce(new Error('HTTP 403'));
  await expect(createPlugins(api).trust('a')).rejects.toThrow('HTTP 403');
});
