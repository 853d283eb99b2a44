import { afterEach, expect, test, vi } from 'vitest';
import type { DashboardName } from './client.ts';
import { WidgetError } from '../contract/index.ts';
import type { Plugin, PluginListAnswer } from '../contract/index.ts';
import { createPlugins, viewOf, type Plugins } from './plugins.ts';

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
    listPlugins: vi.fn(async (part?: DashboardName, _answer?: unknown): Promise<PluginListAnswer> => ({
      plugins: (part ? [part.pluginId] : ['a', 'b']).map((id) => plugin(id, trusted.has(id))),
      refused: [],
      ...(part && { enoughFor: ['Chart'] }),
    })),
    trust: vi.fn(async (id: string) => void trusted.add(id)),
    revoke: vi.fn(async (id: string) => void trusted.delete(id)),
  };
}

let made: Plugins[] = [];
afterEach(() => {
  for (const plugins of made) plugins.dispose();
  made = [];
});

let channels = 0;

/** One tab's list, on a channel of the test's own unless told which. */
function create(api: ReturnType<typeof fakeApi>, channel = `test ${(channels += 1)}`) {
  const plugins = createPlugins(api, channel);
  made.push(plugins);
  return plugins;
}

test('is loading, then ready, and tells its listeners', async () => {
  const plugins = create(fakeApi());
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
  const plugins = create(fakeApi());
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
  const plugins = create(api);
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
  const plugins = create(api);
  await plugins.refresh();
  expect(plugins.getSnapshot()).toMatchObject({
    status: 'failed',
    error: { message: expect.stringMatching(/down/) },
  });
});

test('takes the newest answer, whatever order they come in', async () => {
  const api = fakeApi();
  const plugins = create(api);
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
  await expect(create(api).trust('a')).rejects.toThrow('HTTP 403');
});

const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)];

test('consents to the bytes that the list shows, and to no newer ones', async () => {
  const api = fakeApi();
  const components = [
    { name: 'Chart', path: 'w/Chart.js', filename: 'Chart.js', sha256: NEW, changed: true, consented: {} },
    { name: 'Gone', path: 'w/Gone.js', filename: 'Gone.js', changed: true, consented: { sha256: OLD } },
  ];
  api.listPlugins.mockResolvedValueOnce({ plugins: [{ ...plugin('a', true), components }], refused: [] });
  const plugins = create(api);
  await plugins.refresh();
  await plugins.trust('a');
  expect(api.trust).toHaveBeenCalledExactlyOnceWith('a', { 'Chart.js': NEW });
});

test('consents to whatever there is, where the host API tells no hashes', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.refresh();
  await plugins.trust('a');
  expect(api.trust).toHaveBeenCalledExactlyOnceWith('a', undefined);
});

test('reads the list again where the bytes have changed meanwhile, and says so', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.refresh();
  const conflict = new WidgetError('API_FAILED', { message: 'HTTP 409' });
  api.trust.mockRejectedValueOnce(conflict);
  api.listPlugins.mockResolvedValueOnce({ plugins: [plugin('c', false)], refused: [] });
  await expect(plugins.trust('a')).rejects.toBe(conflict);
  expect(plugins.getSnapshot().plugins.map(({ id }) => id)).toEqual(['c']);
  expect(plugins.getSnapshot().grants.size).toBe(0);
});

test('aborts a grant with the reason, to whose handles it is thrown', async () => {
  const plugins = create(fakeApi());
  await plugins.trust('a');
  const signal = plugins.getSnapshot().grants.get('a')!;
  await plugins.revoke('a');
  expect(signal.reason).toMatchObject({ name: 'WidgetError', code: 'TRUST_REVOKED', pluginId: 'a' });
  await vi.waitFor(() => expect(signal.reason.message).toContain('Trust the plugin again'));
});

test('takes trust back at once, though the list cannot be read any more', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.trust('a');
  await plugins.trust('b');
  const signal = plugins.getSnapshot().grants.get('a')!;
  const seen: boolean[] = [];
  plugins.subscribe(() => seen.push(plugins.getSnapshot().grants.has('a')));
  api.listPlugins.mockRejectedValue(new WidgetError('API_FAILED', { message: 'down' }));
  await plugins.revoke('a');
  expect(signal.aborted).toBe(true);
  expect(seen).toEqual([false, false]);
  expect(plugins.getSnapshot()).toMatchObject({
    status: 'ready',
    plugins: [
      { id: 'a', trusted: false, needs_consent: true },
      { id: 'b', trusted: true },
    ],
  });
  expect([...plugins.getSnapshot().grants.keys()]).toEqual(['b']);
});

test('does not let an answer from before a revoke bring trust back', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.trust('a');
  let answer: (list: Awaited<ReturnType<typeof api.listPlugins>>) => void = () => {};
  api.listPlugins.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const early = plugins.refresh();
  api.listPlugins.mockRejectedValueOnce(new WidgetError('API_FAILED', { message: 'down' }));
  await plugins.revoke('a');
  answer!({ plugins: [plugin('a', true)], refused: [] });
  await early;
  expect(plugins.getSnapshot().grants.size).toBe(0);
});

test('keeps a plugin’s trust where revoking it failed', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.trust('a');
  api.revoke.mockRejectedValueOnce(new WidgetError('API_FAILED'));
  await expect(plugins.revoke('a')).rejects.toMatchObject({ code: 'API_FAILED' });
  expect(plugins.getSnapshot().grants.get('a')?.aborted).toBe(false);
});

test('reads the list again at another tab’s word, and tells the others no more than that', async () => {
  const api = fakeApi();
  const [mine, theirs] = [create(api, 'shared'), create(api, 'shared')];
  const elsewhere = fakeApi();
  create(elsewhere, 'another');
  await theirs.refresh();
  await mine.trust('a');
  await vi.waitFor(() => expect(theirs.getSnapshot().grants.has('a')).toBe(true));
  const signal = theirs.getSnapshot().grants.get('a')!;
  await mine.revoke('a');
  await vi.waitFor(() => expect(signal.aborted).toBe(true));
  expect(elsewhere.listPlugins).not.toHaveBeenCalled();
});

test('believes no word of a channel, but asks the server', async () => {
  const api = fakeApi();
  const plugins = create(api, 'forged');
  const forger = new BroadcastChannel('forged');
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has its origin’s pages only
  forger.postMessage({ status: 'ready', plugins: [plugin('a', true)], refused: [] });
  await vi.waitFor(() => expect(plugins.getSnapshot().status).toBe('ready'));
  forger.close();
  expect(plugins.getSnapshot().grants.size).toBe(0);
});

test('does not answer another tab’s word with one of its own', async () => {
  const api = fakeApi();
  const [mine, theirs] = [create(api, 'quiet'), create(api, 'quiet')];
  const words = vi.fn();
  const listener = new BroadcastChannel('quiet');
  listener.addEventListener('message', words);
  await mine.trust('a');
  await vi.waitFor(() => expect(theirs.getSnapshot().grants.has('a')).toBe(true));
  await mine.trust('b');
  await vi.waitFor(() => expect(theirs.getSnapshot().grants.has('b')).toBe(true));
  listener.close();
  expect(words).toHaveBeenCalledTimes(2);
});

test('hears nothing any more once it is disposed of', async () => {
  const [api, others] = [fakeApi(), fakeApi()];
  const [mine, gone, witness] = [create(others, 'left'), create(api, 'left'), create(others, 'left')];
  gone.dispose();
  await mine.trust('a');
  await vi.waitFor(() => expect(witness.getSnapshot().grants.has('a')).toBe(true));
  expect(api.listPlugins).not.toHaveBeenCalled();
});

test('does without a channel where the browser has none', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  const plugins = create(fakeApi());
  await plugins.trust('a');
  await plugins.revoke('a');
  expect(plugins.getSnapshot().grants.size).toBe(0);
});

const main = (pluginId: string) => ({ pluginId, name: 'main' });

test('takes in what dashboards need, until the whole list is there', async () => {
  const api = fakeApi();
  const plugins = create(api);
  const early = { plugins: [] };
  await plugins.open(main('b'), early);
  await plugins.open(main('b'));
  expect(api.listPlugins.mock.calls).toEqual([[main('b'), early]]);
  expect(plugins.getSnapshot()).toMatchObject({ status: 'loading', plugins: [{ id: 'b' }] });
  expect([...plugins.getSnapshot().settled]).toEqual([viewOf('b', 'Chart')]);
  await plugins.open(main('a'));
  expect(plugins.getSnapshot().plugins.map(({ id }) => id)).toEqual(['b', 'a']);
  expect(plugins.getSnapshot().settled.size).toBe(2);
  await plugins.complete();
  expect(plugins.getSnapshot()).toMatchObject({ status: 'ready', plugins: [{ id: 'a' }, { id: 'b' }] });
  expect(plugins.getSnapshot().settled.size).toBe(0);
});

test('asks for the whole list once, and then for no part of it', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await Promise.all([plugins.complete(), plugins.complete()]);
  await plugins.open(main('b'));
  expect(api.listPlugins).toHaveBeenCalledOnce();
});

test('has what a dashboard needs sooner than a whole list that is on its way', async () => {
  const api = fakeApi();
  let answer = (_whole: PluginListAnswer) => {};
  api.listPlugins.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const plugins = create(api);
  const complete = plugins.complete();
  await plugins.open(main('b'));
  expect(plugins.getSnapshot()).toMatchObject({ status: 'loading', plugins: [{ id: 'b' }] });
  answer({ plugins: [plugin('a', false), plugin('b', false)], refused: [] });
  await complete;
  expect(plugins.getSnapshot()).toMatchObject({ status: 'ready', plugins: [{ id: 'a' }, { id: 'b' }] });
});

test('keeps to a whole list that failed, and shows what a part has all the same', async () => {
  const api = fakeApi();
  api.listPlugins.mockRejectedValueOnce(new WidgetError('API_FAILED'));
  const plugins = create(api);
  await Promise.all([plugins.complete(), plugins.open(main('b'))]);
  await plugins.open(main('b'));
  expect(plugins.getSnapshot()).toMatchObject({ status: 'failed', error: { code: 'API_FAILED' } });
  expect(plugins.getSnapshot().plugins.map(({ id }) => id)).toEqual(['b']);
});

test('takes a whole list where a part was asked for', async () => {
  const api = fakeApi();
  api.listPlugins.mockResolvedValueOnce({ plugins: [plugin('a', false)], refused: [] });
  const plugins = create(api);
  await plugins.open(main('a'));
  expect(plugins.getSnapshot().status).toBe('ready');
  await plugins.complete();
  expect(api.listPlugins).toHaveBeenCalledOnce();
});

test('asks for the whole list where a part cannot be had', async () => {
  const api = fakeApi();
  api.listPlugins.mockRejectedValueOnce(new WidgetError('LIST_INVALID'));
  const plugins = create(api);
  await plugins.open(main('a'));
  expect(plugins.getSnapshot()).toMatchObject({ status: 'ready', plugins: [{ id: 'a' }, { id: 'b' }] });
});

test('lets no part that was asked for before bring back trust that was taken', async () => {
  const api = fakeApi();
  api.revoke.mockImplementation(async () => {});
  const plugins = create(api);
  let answer: (list: PluginListAnswer) => void;
  api.listPlugins.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
  const opened = plugins.open(main('a'));
  api.listPlugins.mockImplementationOnce(() => new Promise(() => {}));
  void plugins.revoke('a');
  await new Promise((resolve) => setTimeout(resolve));
  answer!({ plugins: [plugin('a', true)], refused: [], enoughFor: [] });
  await opened;
  expect(plugins.getSnapshot().grants.has('a')).toBe(false);
});
