import { afterEach, expect, test, vi } from 'vitest';
import type { Plugin } from '../contract/index.ts';
import { createError, RULES } from '../contract/words.ts';
import { createClient, type Client, type DashboardName, type PluginListResult } from './client.ts';
import type { Decision } from './decision.ts';
import type { PluginStore } from './plugin-list.ts';
import { createPlugins } from './plugins.ts';

const plugin = (id: string, trusted: boolean, sandboxed = false): Plugin => ({
  id,
  name: id,
  display_name: id,
  version: '1',
  dashboards: [],
  components: [{ name: 'Chart', path: 'Chart.js', filename: 'Chart.js' }],
  trusted,
  needs_consent: !trusted && !sandboxed,
  ...(sandboxed && { sandboxed }),
});

const apiDown = createError('API_FAILED', { url: '/api/plugins', message: 'down' });

function fakeApi() {
  const trusted = new Set<string>();
  const sandboxed = new Set<string>();
  const api = {
    listPlugins: vi.fn(
      async (part?: DashboardName, _answer?: unknown, _signal?: AbortSignal): Promise<PluginListResult> => ({
        plugins: (part ? [part.pluginId] : ['a', 'b']).map((id) =>
          plugin(id, trusted.has(id), sandboxed.has(id)),
        ),
        refused: [],
        ...(part && { enoughFor: ['Chart'] }),
      }),
    ),
    trust: vi.fn(async (id: string, _bundles?: object) => void (sandboxed.delete(id), trusted.add(id))),
    sandbox: vi.fn(async (id: string, _bundles?: object) => void (trusted.delete(id), sandboxed.add(id))),
    revoke: vi.fn(async (id: string, _bundles?: object) => void (sandboxed.delete(id), trusted.delete(id))),
    decide: (id: string, decision: Decision, bundles?: object) =>
      api[({ trusted: 'trust', sandboxed: 'sandbox', revoked: 'revoke' } as const)[decision]](id, bundles),
  };
  return api;
}

let made: PluginStore[] = [];
afterEach(() => {
  for (const plugins of made) plugins.dispose();
  made = [];
});

let channels = 0;

/** Makes one tab's list, by default on a channel of the test's own. */
function create(
  api: Pick<Client, 'listPlugins' | 'decide'>,
  channel = `test ${(channels += 1)}`,
  canSandbox = false,
) {
  const plugins = createPlugins(api, channel, canSandbox);
  made.push(plugins);
  return plugins;
}

test('is loading, then ready, and notifies its listeners', async () => {
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
  const signal = plugins.grants().get('a');
  expect(signal?.aborted).toBe(false);
  await plugins.trust('b');
  expect(plugins.grants().get('a')).toBe(signal);
  await plugins.revoke('a');
  expect(signal?.aborted).toBe(true);
  expect([...plugins.grants().keys()]).toEqual(['b']);
});

test('still has its list after a failed refresh, and the error', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.refresh();
  api.listPlugins.mockRejectedValueOnce(apiDown);
  await plugins.refresh();
  expect(plugins.getSnapshot()).toMatchObject({
    status: 'ready',
    plugins: [{}, {}],
    error: { code: 'API_FAILED' },
  });
  await plugins.refresh();
  expect(plugins.getSnapshot().error).toBeUndefined();
});

test('fails if there never was a list', async () => {
  const api = fakeApi();
  api.listPlugins.mockRejectedValueOnce(apiDown);
  const plugins = create(api);
  await plugins.refresh();
  expect(plugins.getSnapshot()).toMatchObject({
    status: 'failed',
    error: { message: expect.stringMatching(/down/) },
  });
});

test('uses the newest answer, in whatever order the answers arrive', async () => {
  const api = fakeApi();
  const plugins = create(api);
  let answerFirst: (list: Awaited<ReturnType<typeof api.listPlugins>>) => void = () => {};
  api.listPlugins.mockReturnValueOnce(new Promise((resolve) => (answerFirst = resolve)));
  const first = plugins.refresh();
  await plugins.refresh();
  answerFirst({ plugins: [], refused: [] });
  await first;
  expect(plugins.getSnapshot().plugins).toHaveLength(2);
});

test('ends a reading that a later one replaces, and its caller gets the later list', async () => {
  const api = fakeApi();
  const signals: (AbortSignal | undefined)[] = [];
  api.listPlugins.mockImplementationOnce(
    (_part?: DashboardName, _answer?: unknown, signal?: AbortSignal) =>
      new Promise((_resolve, reject) => {
        signals.push(signal);
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  );
  const plugins = create(api);
  const first = plugins.loadAll();
  await plugins.refresh();
  await first;
  expect(signals[0]?.aborted).toBe(true);
  expect(plugins.getSnapshot()).toMatchObject({ status: 'ready', plugins: [{ id: 'a' }, { id: 'b' }] });
  expect(plugins.getSnapshot()).not.toHaveProperty('error');
});

test('rejects if trust could not be recorded', async () => {
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

test('consents to any bytes if the list has no hashes', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.refresh();
  await plugins.trust('a');
  expect(api.trust).toHaveBeenCalledExactlyOnceWith('a', undefined);
});

test('reads the list again if the bytes have changed meanwhile, and rejects', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.refresh();
  const conflict = createError('API_FAILED', { url: '/api', message: 'HTTP 409' });
  api.trust.mockRejectedValueOnce(conflict);
  api.listPlugins.mockResolvedValueOnce({ plugins: [plugin('c', false)], refused: [] });
  await expect(plugins.trust('a')).rejects.toBe(conflict);
  expect(plugins.getSnapshot().plugins.map(({ id }) => id)).toEqual(['c']);
  expect(plugins.grants().size).toBe(0);
});

test('aborts a grant with the error that its handles throw', async () => {
  const plugins = create(fakeApi());
  await plugins.trust('a');
  const signal = plugins.grants().get('a')!;
  await plugins.revoke('a');
  expect(signal.reason).toMatchObject({ name: 'WidgetError', code: 'TRUST_REVOKED', pluginId: 'a' });
  expect(signal.reason.message).toMatch(
    /^a: The operator revoked trust.*Trust the plugin again.*\[TRUST_REVOKED\]$/,
  );
});

test('revokes trust immediately, even if the list cannot be read again', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.trust('a');
  await plugins.trust('b');
  const signal = plugins.grants().get('a')!;
  const seen: boolean[] = [];
  plugins.subscribe(() => seen.push(plugins.grants().has('a')));
  api.listPlugins.mockRejectedValue(apiDown);
  await plugins.revoke('a');
  expect(signal.aborted).toBe(true);
  expect(seen).toEqual([false, false]);
  expect(plugins.getSnapshot()).toMatchObject({
    status: 'ready',
    plugins: [
      { id: 'a', trusted: false, needs_consent: true, revoked_bytes: 'same' },
      { id: 'b', trusted: true },
    ],
  });
  expect([...plugins.grants().keys()]).toEqual(['b']);
});

test('does not restore trust from an answer before the revoke', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.trust('a');
  let answer: (list: Awaited<ReturnType<typeof api.listPlugins>>) => void = () => {};
  api.listPlugins.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const early = plugins.refresh();
  api.listPlugins.mockRejectedValueOnce(apiDown);
  await plugins.revoke('a');
  answer!({ plugins: [plugin('a', true)], refused: [] });
  await early;
  expect(plugins.grants().size).toBe(0);
});

test('leaves a plugin trusted if revoking its trust failed', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.trust('a');
  api.revoke.mockRejectedValueOnce(apiDown);
  await expect(plugins.revoke('a')).rejects.toMatchObject({ code: 'API_FAILED' });
  expect(plugins.grants().get('a')?.aborted).toBe(false);
});

test('reads the list again when another tab of the same API changes trust', async () => {
  const api = fakeApi();
  const [mine, theirs] = [create(api, 'shared'), create(api, 'shared')];
  const elsewhere = fakeApi();
  create(elsewhere, 'another');
  await theirs.refresh();
  await mine.trust('a');
  await vi.waitFor(() => expect(theirs.grants().has('a')).toBe(true));
  const signal = theirs.grants().get('a')!;
  await mine.revoke('a');
  await vi.waitFor(() => expect(signal.aborted).toBe(true));
  expect(elsewhere.listPlugins).not.toHaveBeenCalled();
});

test('accepts trust only from the server, not from messages of a channel', async () => {
  const api = fakeApi();
  const plugins = create(api, 'forged');
  await plugins.refresh();
  const forger = new BroadcastChannel('forged');
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has its origin’s pages only
  forger.postMessage({ status: 'ready', plugins: [plugin('a', true)], refused: [] });
  await vi.waitFor(() => expect(api.listPlugins).toHaveBeenCalledTimes(2));
  forger.close();
  expect(plugins.grants().size).toBe(0);
});

test('sends no message in response to another tab’s message', async () => {
  const api = fakeApi();
  const [mine, theirs] = [create(api, 'quiet'), create(api, 'quiet')];
  const messages = vi.fn();
  const listener = new BroadcastChannel('quiet');
  listener.addEventListener('message', messages);
  await theirs.refresh();
  await mine.trust('a');
  await vi.waitFor(() => expect(theirs.grants().has('a')).toBe(true));
  await mine.trust('b');
  await vi.waitFor(() => expect(theirs.grants().has('b')).toBe(true));
  listener.close();
  expect(messages).toHaveBeenCalledTimes(2);
});

test('a refresh that finds other grants notifies the other tabs, once', async () => {
  const api = fakeApi();
  const [mine, theirs] = [create(api, 'own buttons'), create(api, 'own buttons')];
  const messages = vi.fn();
  const listener = new BroadcastChannel('own buttons');
  listener.addEventListener('message', messages);
  await Promise.all([mine.refresh(), theirs.refresh()]);
  await api.trust('a');
  await mine.refresh();
  await vi.waitFor(() => expect(theirs.grants().has('a')).toBe(true));
  await mine.refresh();
  await theirs.refresh();
  await api.revoke('a');
  await mine.refresh();
  await vi.waitFor(() => expect(theirs.grants().has('a')).toBe(false));
  listener.close();
  expect(messages).toHaveBeenCalledTimes(2);
});

test('a refresh notifies other tabs although another tab’s message overtakes it', async () => {
  const api = fakeApi();
  const mine = create(api, 'overtaken');
  await mine.refresh();
  const messages = vi.fn();
  const other = new BroadcastChannel('overtaken');
  other.addEventListener('message', messages);
  await api.trust('a');
  api.listPlugins.mockImplementationOnce(() => new Promise(() => {}));
  void mine.refresh();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has its origin’s pages only
  other.postMessage('trust');
  await vi.waitFor(() => expect(messages).toHaveBeenCalledOnce());
  other.close();
});

const bytes = (sha256: string, more: object = {}) => ({
  ...plugin('a', true),
  components: [{ name: 'Chart', path: 'w/Chart.js', filename: 'Chart.js', sha256, ...more }],
});

test.each<[string, Plugin[], Plugin[], number]>([
  ['other trusted bytes', [bytes(OLD)], [bytes(NEW)], 1],
  ['other bytes on disk', [bytes(OLD)], [bytes(NEW, { changed: true, consented: { sha256: OLD } })], 0],
  ['a new trusted plugin', [], [plugin('a', true)], 1],
  ['a new plugin', [], [plugin('a', false)], 0],
  ['a refusal', [plugin('a', false)], [{ ...plugin('a', false), declined: 'refused' }], 1],
  ['a kept version', [bytes(OLD)], [{ ...bytes(OLD), declined: 'kept' }], 1],
  ['a refusal that ends', [{ ...plugin('a', false), declined: 'refused' }], [plugin('a', false)], 1],
  ['a trusted plugin less', [plugin('a', true)], [], 1],
  ['the same', [plugin('a', true), plugin('b', false)], [plugin('b', false), plugin('a', true)], 0],
])('a refresh that finds %s sends this many messages', async (_, before, after, expected) => {
  const channel = `grants ${(channels += 1)}`;
  const api = fakeApi();
  const plugins = create(api, channel);
  const messages = vi.fn();
  const listener = new BroadcastChannel(channel);
  listener.addEventListener('message', messages);
  api.listPlugins.mockResolvedValueOnce({ plugins: before, refused: [] });
  await plugins.refresh();
  api.listPlugins.mockResolvedValueOnce({ plugins: after, refused: [] });
  await plugins.refresh();
  await vi.dynamicImportSettled();
  // Messages arrive in order, so the listener has all earlier ones when it has this.
  const last = new BroadcastChannel(channel);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has its origin’s pages only
  last.postMessage('last');
  await vi.waitFor(() => expect(messages.mock.lastCall?.[0].data).toBe('last'));
  for (const one of [listener, last]) one.close();
  expect(messages).toHaveBeenCalledTimes(expected + 1);
});

test('the first list sends no message, and neither does a part', async () => {
  const messages = vi.fn();
  const listener = new BroadcastChannel('first');
  listener.addEventListener('message', messages);
  const api = fakeApi();
  await api.trust('a');
  const plugins = create(api, 'first');
  await plugins.loadPart(main('b'), givePart);
  await plugins.refresh();
  expect(plugins.grants().has('a')).toBe(true);
  const other = create(api, 'first');
  await other.trust('b');
  await vi.waitFor(() => expect(messages).toHaveBeenCalled());
  listener.close();
  expect(messages).toHaveBeenCalledOnce();
});

test.each([
  ['trust', (plugins: PluginStore) => plugins.trust('a'), /trusted is false/],
  ['revoke', (plugins: PluginStore) => plugins.revoke('a'), /trusted is true/],
])('rejects for a %s that the next list does not show', async (_, decide, message) => {
  const api = fakeApi();
  if (message.source.includes('true')) await api.trust('a');
  api.trust.mockImplementation(async () => {});
  api.revoke.mockImplementation(async () => {});
  const plugins = create(api);
  await plugins.refresh();
  await expect(decide(plugins)).rejects.toMatchObject({
    code: 'CONSENT_UNCONFIRMED',
    pluginId: 'a',
    message: expect.stringMatching(message),
  });
});

test('rejects for a consent after which the list shows other bytes than the ones shown', async () => {
  const api = fakeApi();
  const plugins = create(api);
  api.listPlugins.mockResolvedValueOnce({ plugins: [bytes(OLD)], refused: [] });
  await plugins.refresh();
  api.listPlugins.mockResolvedValueOnce({ plugins: [bytes(NEW)], refused: [] });
  await expect(plugins.trust('a')).rejects.toMatchObject({
    code: 'CONSENT_UNCONFIRMED',
    message: expect.stringMatching(/other bytes of Chart\.js/),
  });
});

test('reads the list again after a revoke that was not confirmed', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.trust('a');
  api.revoke.mockRejectedValueOnce(createError('CONSENT_UNCONFIRMED', { message: 'HTTP 204' }));
  api.listPlugins.mockResolvedValueOnce({ plugins: [plugin('a', false)], refused: [] });
  await expect(plugins.revoke('a')).rejects.toMatchObject({ code: 'CONSENT_UNCONFIRMED' });
  expect(plugins.grants().has('a')).toBe(false);
});

test('ignores other tabs after it is disposed of', async () => {
  const [api, others] = [fakeApi(), fakeApi()];
  const [mine, gone, witness] = [create(others, 'left'), create(api, 'left'), create(others, 'left')];
  await witness.refresh();
  gone.dispose();
  await mine.trust('a');
  await vi.waitFor(() => expect(witness.grants().has('a')).toBe(true));
  expect(api.listPlugins).not.toHaveBeenCalled();
});

test('a decision that ends after it is disposed of notifies no tab', async () => {
  const [mine, others] = [fakeApi(), fakeApi()];
  const [gone, witness] = [create(mine, 'closed'), create(others, 'closed')];
  await witness.refresh();
  const decided = gone.trust('a');
  gone.dispose();
  await decided;
  // A closed channel throws, and this rejects.
  await gone.refresh();
  expect(others.listPlugins).toHaveBeenCalledOnce();
});

test('works in a browser without BroadcastChannel', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  const plugins = create(fakeApi());
  await plugins.trust('a');
  await plugins.revoke('a');
  expect(plugins.grants().size).toBe(0);
});

const main = (pluginId: string) => ({ pluginId, name: 'main' });

/** Requests a part of the list; the client reads it. */
const givePart = async (): Promise<unknown> => [{}];
const noPart = async () => undefined;
const down = async () => Promise.reject(apiDown);

test('adds the parts that dashboards need until the whole list arrives', async () => {
  const api = fakeApi();
  const plugins = create(api);
  const early = [{ plugins: [] }];
  await plugins.loadPart(main('b'), async () => early);
  await plugins.loadPart(main('b'), givePart);
  expect(api.listPlugins.mock.calls).toEqual([[main('b'), early]]);
  expect(plugins.getSnapshot()).toMatchObject({ status: 'loading', plugins: [{ id: 'b' }] });
  expect([
    plugins.isSettled('b', 'Chart'),
    plugins.isSettled('b', 'Map'),
    plugins.isSettled('a', 'Chart'),
  ]).toEqual([true, false, false]);
  await plugins.loadPart(main('a'), givePart);
  expect(plugins.getSnapshot().plugins.map(({ id }) => id)).toEqual(['b', 'a']);
  expect([plugins.isSettled('b', 'Chart'), plugins.isSettled('a', 'Chart')]).toEqual([true, true]);
  await plugins.loadAll();
  expect(plugins.getSnapshot()).toMatchObject({ status: 'ready', plugins: [{ id: 'a' }, { id: 'b' }] });
  expect([plugins.isSettled('b', 'Chart'), plugins.isSettled('a', 'Chart')]).toEqual([false, false]);
});

test('requests the whole list once, and then no part of it', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await Promise.all([plugins.loadAll(), plugins.loadAll()]);
  await plugins.loadPart(main('b'), givePart);
  expect(api.listPlugins).toHaveBeenCalledOnce();
});

test('loads a dashboard’s part while the whole list loads', async () => {
  const api = fakeApi();
  let answer = (_whole: PluginListResult) => {};
  api.listPlugins.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const plugins = create(api);
  const loading = plugins.loadAll();
  await plugins.loadPart(main('b'), givePart);
  expect(plugins.getSnapshot()).toMatchObject({ status: 'loading', plugins: [{ id: 'b' }] });
  answer({ plugins: [plugin('a', false), plugin('b', false)], refused: [] });
  await loading;
  expect(plugins.getSnapshot()).toMatchObject({ status: 'ready', plugins: [{ id: 'a' }, { id: 'b' }] });
});

test('has the plugins of a part although the whole list failed', async () => {
  const api = fakeApi();
  api.listPlugins.mockRejectedValueOnce(apiDown);
  const plugins = create(api);
  await Promise.all([plugins.loadAll(), plugins.loadPart(main('b'), givePart)]);
  await plugins.loadPart(main('b'), givePart);
  expect(plugins.getSnapshot()).toMatchObject({ status: 'failed', error: { code: 'API_FAILED' } });
  expect(plugins.getSnapshot().plugins.map(({ id }) => id)).toEqual(['b']);
});

test('requests the whole list once, and no part, from a host API without parts', async () => {
  const api = fakeApi();
  const plugins = create(api);
  const loading = plugins.loadPart(main('a'), noPart);
  await Promise.all([loading, plugins.loadPart(main('b'), noPart), plugins.loadAll()]);
  expect(plugins.getSnapshot().status).toBe('ready');
  await plugins.loadPart(main('b'), noPart);
  expect(api.listPlugins).toHaveBeenCalledOnce();
  await plugins.loadPart(main('a'), noPart, true);
  expect(api.listPlugins.mock.calls.map(([name]) => name)).toEqual([undefined, undefined]);
});

test.each([
  ['is not answered', down],
  [
    'is invalid',
    (api: ReturnType<typeof fakeApi>) => {
      api.listPlugins.mockRejectedValueOnce(
        createError('LIST_INVALID', { place: 'plugins', value: 5, rule: 'list' }),
      );
      return givePart();
    },
  ],
])('a part that %s changes nothing, and is requested again', async (_, request) => {
  const api = fakeApi();
  const plugins = create(api);
  const before = plugins.getSnapshot();
  await plugins.loadPart(main('b'), () => request(api));
  expect(plugins.getSnapshot()).toEqual(before);
  await plugins.loadPart(main('b'), givePart);
  expect(api.listPlugins.mock.lastCall![0]).toEqual(main('b'));
  expect(plugins.getSnapshot()).toMatchObject({ status: 'loading', plugins: [{ id: 'b' }] });
});

test('requests the whole list for a name that waited for a part, if the part fails', async () => {
  const api = fakeApi();
  const plugins = create(api);
  // As the registry does after each change.
  plugins.subscribe(() => plugins.isSettled('b', 'Chart') || plugins.loadMissing());
  const loading = plugins.loadPart(main('b'), down);
  plugins.loadMissing();
  expect(api.listPlugins).not.toHaveBeenCalled();
  await loading;
  await vi.waitFor(() => expect(plugins.getSnapshot().status).toBe('ready'));
  expect(api.listPlugins.mock.calls.map(([name]) => name)).toEqual([undefined]);
});

test('reads only its parts again when another tab changes trust, and drops plugins that no part has', async () => {
  const api = fakeApi();
  const [tab, elsewhere] = [create(api, 'parts'), create(api, 'parts')];
  await api.trust('a');
  await tab.loadPart(main('a'), givePart);
  await tab.loadPart(main('b'), givePart);
  const signal = tab.grants().get('a')!;
  await elsewhere.trust('b');
  await vi.waitFor(() => expect(tab.grants().has('b')).toBe(true));
  expect([tab.grants().get('a'), signal.aborted]).toEqual([signal, false]);
  api.listPlugins.mockClear();
  await elsewhere.revoke('a');
  await vi.waitFor(() => expect(signal.aborted).toBe(true));
  const requests = () => api.listPlugins.mock.calls.map(([part]) => part?.pluginId ?? 'all');
  // The whole list is for the tab that decides.
  expect(requests().toSorted()).toEqual(['a', 'all', 'b']);
  expect(tab.getSnapshot()).toMatchObject({ status: 'loading', plugins: [{ id: 'a' }, { id: 'b' }] });
  api.listPlugins.mockImplementation(async () => ({
    plugins: [plugin('b', true)],
    refused: [],
    enoughFor: [],
  }));
  await tab.check();
  expect(tab.getSnapshot().plugins.map(({ id }) => id)).toEqual(['b']);
});

test('a part that cannot be read again changes nothing', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await plugins.loadPart(main('a'), givePart);
  const before = plugins.getSnapshot();
  api.listPlugins.mockRejectedValueOnce(apiDown);
  await plugins.loadPart(main('a'), givePart, true);
  expect([plugins.getSnapshot(), api.listPlugins.mock.calls.length]).toEqual([before, 2]);
});

test('reads the whole list again in place of many parts', async () => {
  const api = fakeApi();
  const plugins = create(api);
  const names = Array.from({ length: 6 }, (_, index) => ({ pluginId: 'a', name: `d${index}` }));
  for (const name of names) await plugins.loadPart(name, givePart);
  api.listPlugins.mockClear();
  await plugins.check();
  expect(api.listPlugins.mock.calls.map(([part]) => part)).toEqual([undefined]);
});

test('reads nothing again before it has read something', async () => {
  const api = fakeApi();
  await create(api).check();
  expect(api.listPlugins).not.toHaveBeenCalled();
});

test('publishes that parts could not be read again, once, and tries them again', async () => {
  const api = fakeApi();
  const plugins = create(api);
  await api.trust('a');
  await plugins.loadPart(main('a'), givePart);
  api.listPlugins.mockRejectedValueOnce(apiDown).mockRejectedValueOnce(apiDown);
  const listener = vi.fn();
  plugins.subscribe(listener);
  for (let time = 0; time < 2; time += 1) expect(await plugins.check()).toBe(apiDown);
  expect(listener).toHaveBeenCalledOnce();
  expect(plugins.getSnapshot()).toMatchObject({ status: 'loading', plugins: [{ trusted: true }] });
  const [attempt] = plugins.attempts();
  expect(await attempt!()).toBeUndefined();
  expect(plugins.getSnapshot()).not.toHaveProperty('error');
  expect(api.listPlugins.mock.calls.every(([part]) => part)).toBe(true);
});

test('an answer from before a change of trust does not replace what was read after it', async () => {
  const api = fakeApi();
  const plugins = create(api);
  let answer = (_part: PluginListResult) => {};
  api.listPlugins.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const loading = plugins.loadPart(main('a'), givePart);
  await api.trust('a');
  await plugins.check();
  expect(plugins.grants().has('a')).toBe(true);
  answer({ plugins: [plugin('a', false)], refused: [], enoughFor: ['Chart'] });
  await loading;
  expect([plugins.grants().has('a'), plugins.isSettled('a', 'Chart')]).toEqual([true, true]);
});

test('loads the whole list for a missing name only when no part is on its way', async () => {
  const api = fakeApi();
  const plugins = create(api);
  const loading = plugins.loadPart(main('b'), givePart);
  plugins.loadMissing();
  await loading;
  expect(api.listPlugins).toHaveBeenCalledOnce();
  plugins.loadMissing();
  await vi.waitFor(() => expect(plugins.getSnapshot().status).toBe('ready'));
});

test('consents to the bytes in the list, also if it has not read the list yet', async () => {
  const api = fakeApi();
  api.listPlugins.mockResolvedValue({ plugins: [bytes(OLD)], refused: [] });
  await create(api).trust('a');
  expect(api.trust).toHaveBeenCalledExactlyOnceWith('a', { 'Chart.js': OLD });
});

test('does not restore trust from a part that was requested before the revoke', async () => {
  const api = fakeApi();
  api.revoke.mockImplementation(async () => {});
  const plugins = create(api);
  let answer: (list: PluginListResult) => void;
  api.listPlugins.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
  const opened = plugins.loadPart(main('a'), givePart);
  api.listPlugins.mockImplementationOnce(() => new Promise(() => {}));
  void plugins.revoke('a');
  await vi.waitFor(() => expect(api.listPlugins).toHaveBeenCalledTimes(2));
  answer!({ plugins: [plugin('a', true)], refused: [], enoughFor: [] });
  await opened;
  expect(plugins.grants().has('a')).toBe(false);
});

/** Makes a list over the real client; only the network is missing. */
const listOver = (answer: unknown) =>
  create(createClient({ apiBase: '/api', apiFetch: async () => Response.json(answer) }));

test('lists invalid entries as refused, each with a complete message', async () => {
  const components = (path: string) => ({ components: [{ name: 'Chart', path }] });
  const plugins = listOver({
    plugins: [
      null,
      { id: 'Bad Id' },
      { id: 'sales', frontend: components('w/Chart.js') },
      { id: 'sales' },
      { id: 'evil', frontend: components('../x.js') },
    ],
    refused: [{ id: 'broken', detail: 'plugin.yaml:3:1' }],
  });
  await plugins.refresh();
  const { status, plugins: listed, refused } = plugins.getSnapshot();
  expect([status, listed.map(({ id }) => id)]).toEqual(['ready', ['sales']]);
  const remedy = 'Check that the host API answers GET /api/plugins. [LIST_INVALID]';
  expect(refused).toEqual([
    {
      id: 'plugins[0]',
      detail: `plugins[0] is null, but it must be a mapping of keys. ${remedy}`,
    },
    {
      id: 'Bad Id',
      detail: `Bad Id: plugins[1].id is "Bad Id", but it ${RULES.pluginId}. ${remedy}`,
    },
    { id: 'sales', detail: `sales: plugins[3].id is "sales", but it must be unique. ${remedy}` },
    {
      id: 'evil',
      detail: `evil: frontend.components[0].path is "../x.js", but it ${RULES.innerPath}. ${remedy}`,
    },
    { id: 'broken', detail: 'plugin.yaml:3:1' },
  ]);
});

test.each([[{ id: { toString: 1 } }], [{ id: 'a', detail: { toString: 1 } }], [null], ['odd']])(
  'loads a foreign list with the refusal %j',
  async (odd) => {
    const plugins = listOver({ plugins: [{ id: 'sales' }], refused: [odd, { id: 'b', detail: 'why' }] });
    await plugins.refresh();
    expect(plugins.getSnapshot()).toMatchObject({
      status: 'ready',
      plugins: [{ id: 'sales' }],
      refused: [{ id: 'b', detail: 'why' }],
    });
    expect(plugins.getSnapshot()).not.toHaveProperty('error');
  },
);

test('names a refused entry without an id by its place', async () => {
  const plugins = listOver({ plugins: [{ id: { toString: 1 } }, { id: 'sales' }] });
  await plugins.refresh();
  expect(plugins.getSnapshot()).toMatchObject({
    status: 'ready',
    plugins: [{ id: 'sales' }],
    refused: [{ id: 'plugins[0]', detail: expect.stringMatching(/^plugins\[0\]\.id is .*LIST_INVALID\]$/) }],
  });
});

test('has only plain data in its snapshot', async () => {
  const plugins = listOver({ plugins: [{ id: 'sales' }, null], refused: [{ id: 'b', detail: 'why' }] });
  expect(structuredClone(plugins.getSnapshot())).toEqual(plugins.getSnapshot());
  await plugins.refresh();
  expect(structuredClone(plugins.getSnapshot())).toEqual(plugins.getSnapshot());
});

test('ends what runs when a trusted plugin is sandboxed, and the other way round', async () => {
  const plugins = create(fakeApi(), undefined, true);
  await plugins.trust('a');
  const inPage = plugins.grants().get('a')!;
  await plugins.sandbox('a');
  const inFrame = plugins.grants().get('a')!;
  expect(plugins.getSnapshot().plugins[0]).toMatchObject({ trusted: false, sandboxed: true });
  expect(inPage.reason).toMatchObject({ code: 'TRUST_REVOKED' });
  expect(inFrame.aborted).toBe(false);
  await plugins.trust('a');
  expect(inFrame.reason).toMatchObject({ code: 'TRUST_REVOKED' });
  await plugins.sandbox('a');
  await plugins.revoke('a');
  expect(plugins.grants().size).toBe(0);
});

test('grants nothing to a sandboxed plugin on a host without sandbox', async () => {
  const plugins = create(fakeApi());
  await plugins.sandbox('a');
  expect(plugins.getSnapshot().plugins[0]).toMatchObject({ needs_consent: false, sandboxed: true });
  expect(plugins.grants().size).toBe(0);
});

test('rejects for a sandboxed plugin that the next list shows as trusted', async () => {
  const api = fakeApi();
  api.sandbox.mockImplementation(async (id) => void (await api.trust(id)));
  await expect(create(api).sandbox('a')).rejects.toMatchObject({
    code: 'CONSENT_UNCONFIRMED',
    message: expect.stringContaining('trusted is true'),
  });
});
