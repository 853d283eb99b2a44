import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHost } from './create-host.ts';
import type { Host } from './host.ts';
import { FOCUS_DELAY, HOVER_DELAY, preloadLinks } from './preload-links.ts';

const DOCUMENT = '/api/plugins/demo/dashboards/main';
const BOTH = `${DOCUMENT}?with=list`;
const BUNDLE = '/api/plugins/demo/widget/Chart.js';

let host: Host;
let stop: () => void;
let requests: string[];
let imports: string[];
let heard: string[];
let isTrusted: boolean;
/** The paths that fail. */
let down: Set<string>;
/** What answers wait for. */
let answering: Promise<void>;

function answer(url: string) {
  if (down.has(url)) return Response.json({ detail: 'down' }, { status: 503 });
  const dashboard = { panels: [{ type: 'custom', component: 'Chart' }] };
  if (url === DOCUMENT) return Response.json(dashboard);
  const components = [{ name: 'Chart', path: 'w/Chart.js', sha256: 'a'.repeat(64) }];
  const plugins = [{ id: 'demo', frontend: { components, trusted: isTrusted } }];
  if (url !== BOTH) return Response.json({ plugins });
  const list = { plugins, dashboard: { components: ['Chart'] } };
  return Response.json({ list, dashboard }, { headers: { 'Content-Type': 'application/json; with=list' } });
}

const pathOf = (input: RequestInfo | URL) => {
  const { pathname, search } = new URL(input instanceof Request ? input.url : `${input}`, location.href);
  return pathname + search;
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  [requests, imports, heard, isTrusted, down, answering] = [[], [], [], true, new Set(), Promise.resolve()];
  host = createHost({
    lock: false,
    onError: ({ code }) => void heard.push(code),
    async fetch(input) {
      const path = pathOf(input);
      requests.push(path);
      await answering;
      return answer(path);
    },
    async importModule(url) {
      imports.push(pathOf(url).split('?')[0]!);
      if (down.has(BUNDLE)) throw new TypeError('Failed to fetch dynamically imported module');
      return { default: () => null };
    },
  });
  document.body.innerHTML = '<a id="link" href="/plugin/demo/main"><b id="inside">Main</b></a><p id="other">';
});

afterEach(() => {
  stop();
  host.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, 'connection');
});

const dashboardOf = ({ pathname }: HTMLAnchorElement) => {
  const [, plugin, pluginId, name] = pathname.split('/');
  return plugin === 'plugin' ? { pluginId: pluginId!, name: name! } : undefined;
};

/** Waits until the list is there, or has failed, and starts. */
async function start(find = dashboardOf) {
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).not.toBe('loading'));
  requests.length = 0;
  stop = preloadLinks(host, find);
  await begun();
}

const at = (id: string) => document.getElementById(id)!;
const fire = (type: string, id = 'link', init: MouseEventInit = {}) =>
  at(id).dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, composed: true, ...init }));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** Waits until links are watched; fake timers begin a task that a task has scheduled 1 ms later. */
const begun = () => pass(1);
const rest = async () => {
  fire('pointerover');
  await pass(HOVER_DELAY);
  await settled();
};
/** Lets requests end, which no timer delays. */
const settled = async () => {
  for (let time = 0; time < 20; time += 1) await pass(0);
};

/** Moves the pointer from one element to another. */
function move(from: string, to: string) {
  fire('pointerout', from, { relatedTarget: at(to) });
  fire('pointerover', to, { relatedTarget: at(from) });
}

test('preloads a dashboard and its widgets once the pointer rests on the link', async () => {
  await start();
  fire('pointerover', 'inside');
  await pass(HOVER_DELAY - 1);
  expect(requests).toEqual([]);
  await pass(1);
  await settled();
  expect([requests, imports]).toEqual([[DOCUMENT], [BUNDLE]]);
  // As the dashboard that the click opens.
  await host.preload('demo', 'main');
  expect([requests, imports]).toEqual([[DOCUMENT], [BUNDLE]]);
});

test('preloads a dashboard with its part of the list in one request, and the click needs none', async () => {
  stop = preloadLinks(host, dashboardOf);
  await begun();
  await rest();
  for (let time = 0; time < 2; time += 1) {
    expect([requests, imports]).toEqual([[BOTH], [BUNDLE]]);
    await host.preload('demo', 'main');
  }
});

test('the click sends the one request again if it has failed', async () => {
  stop = preloadLinks(host, dashboardOf);
  await begun();
  down.add(BOTH);
  await rest();
  expect([requests, imports, heard]).toEqual([[BOTH], [], []]);
  down.clear();
  await host.preload('demo', 'main');
  expect([requests, imports, heard]).toEqual([[BOTH, BOTH], [BUNDLE], []]);
});

test('does not start again while the pointer moves inside the link', async () => {
  await start();
  fire('pointerover');
  await pass(HOVER_DELAY - 5);
  move('link', 'inside');
  await pass(5);
  await settled();
  expect(requests).toEqual([DOCUMENT]);
});

test('preloads once while what it loaded is fresh, and again later', async () => {
  await start();
  for (let time = 0; time < 3; time += 1) {
    await rest();
    move('link', 'other');
  }
  expect([requests, imports]).toEqual([[DOCUMENT], [BUNDLE]]);
  await pass(31_000);
  await rest();
  expect([requests, imports]).toEqual([[DOCUMENT, BOTH], [BUNDLE]]);
});

test('loads nothing for a pointer that passes, a link that is removed, or the Tab key', async () => {
  await start();
  fire('pointerover');
  await pass(HOVER_DELAY - 1);
  move('link', 'other');
  await pass(1000);
  fire('pointerover');
  fire('pointerout', 'link', { relatedTarget: null });
  await pass(1000);
  fire('focusin');
  await pass(FOCUS_DELAY - 1);
  fire('focusout');
  await pass(1000);
  fire('pointerover');
  at('link').remove();
  await pass(1000);
  expect(requests).toEqual([]);
});

test('preloads a link that has the focus for a time', async () => {
  await start();
  fire('focusin');
  await pass(FOCUS_DELAY);
  await settled();
  expect([requests, imports]).toEqual([[DOCUMENT], [BUNDLE]]);
});

test.each(['pointerdown', 'touchstart'])(
  'preloads at once on %s, also if the app stops the event',
  async (type) => {
    await start();
    at('link').addEventListener(type, (event) => event.stopPropagation());
    fire(type);
    await settled();
    expect([requests, imports]).toEqual([[DOCUMENT], [BUNDLE]]);
  },
);

test.each([
  ['the middle button', { button: 1 }],
  ['the right button', { button: 2 }],
  ['Ctrl', { ctrlKey: true }],
  ['Cmd', { metaKey: true }],
  ['Shift', { shiftKey: true }],
  ['Alt', { altKey: true }],
])('loads nothing for a press with %s', async (_, init) => {
  await start();
  fire('pointerover');
  fire('pointerdown', 'link', init);
  await pass(1000);
  expect(requests).toEqual([]);
});

test.each([
  { download: '' },
  { target: '_blank' },
  { target: 'frame' },
  { rel: 'noopener external' },
  { href: 'https://elsewhere.example/plugin/demo/main' },
  { href: 'mailto:plugin/demo/main' },
  { href: '/settings' },
])('loads nothing for a link with %j', async (attributes) => {
  const asked = vi.fn(dashboardOf);
  await start(asked);
  for (const [name, value] of Object.entries(attributes)) at('link').setAttribute(name, value);
  await rest();
  fire('pointerdown');
  await settled();
  expect(requests).toEqual([]);
  expect(asked.mock.calls.length > 0).toBe(attributes.href === '/settings');
});

test.each([
  ['Save-Data', { connection: { saveData: true } }],
  ['2g', { connection: { effectiveType: '2g' } }],
  ['slow-2g', { connection: { effectiveType: 'slow-2g' } }],
  ['prefers-reduced-data', { connection: undefined }],
])('loads nothing under %s', async (_, { connection }) => {
  await start();
  if (connection) Object.defineProperty(navigator, 'connection', { configurable: true, value: connection });
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: !connection && query === '(prefers-reduced-data: reduce)',
  }));
  await rest();
  fire('pointerdown');
  await settled();
  expect(requests).toEqual([]);
});

test('never imports a bundle of a plugin that is not trusted, or no longer trusted', async () => {
  await start();
  isTrusted = false;
  await host.plugins.refresh();
  requests.length = 0;
  await rest();
  expect([requests, imports]).toEqual([[DOCUMENT], []]);
});

test('starts in a later task, and not at all if it has ended before', async () => {
  stop = preloadLinks(host, dashboardOf);
  fire('pointerdown');
  await settled();
  expect(requests).toEqual([]);
  stop();
  stop = preloadLinks(host, dashboardOf);
  stop();
  await begun();
  fire('pointerdown');
  await settled();
  expect(requests).toEqual([]);
});

test('starts once the page’s first dashboard has loaded, or failed', async () => {
  let arrive = () => {};
  answering = new Promise((resolve) => (arrive = resolve));
  void host.preload('demo', 'first');
  stop = preloadLinks(host, dashboardOf);
  await begun();
  fire('pointerdown');
  await settled();
  expect(requests).toEqual(['/api/plugins/demo/dashboards/first?with=list']);
  arrive();
  await settled();
  await begun();
  fire('pointerdown');
  await settled();
  expect(requests.at(-1)).toBe(DOCUMENT);
});

test('loads nothing after it has ended, also what it has begun', async () => {
  await start();
  fire('pointerover');
  fire('focusin');
  stop();
  await rest();
  fire('pointerdown');
  await pass(1000);
  expect(requests).toEqual([]);
  stop = preloadLinks(host, dashboardOf);
  await begun();
  fire('pointerdown');
  stop();
  await settled();
  expect([requests, imports]).toEqual([[DOCUMENT], []]);
});

test('finds links in shadow roots', async () => {
  await start();
  const shadow = at('other').attachShadow({ mode: 'open' });
  shadow.append(at('link'));
  shadow.querySelector('b')!.dispatchEvent(new MouseEvent('pointerdown', { bubbles: true, composed: true }));
  await settled();
  expect([requests, imports]).toEqual([[DOCUMENT], [BUNDLE]]);
});

test.each([
  ['document', DOCUMENT],
  ['bundle', BUNDLE],
] as const)('a %s that fails is silent, and the click tries again', async (_, path) => {
  const log = vi.spyOn(console, 'error');
  await start();
  down.add(path);
  await rest();
  expect(heard).toEqual([]);
  expect(host.activity.getSnapshot().filter(({ kind }) => kind === 'failure')).toEqual([]);
  down.clear();
  const before = requests.filter((url) => url === DOCUMENT).length;
  await host.preload('demo', 'main');
  expect(requests.filter((url) => url === DOCUMENT).length - before).toBe(path === DOCUMENT ? 1 : 0);
  expect(imports).toHaveLength(path === DOCUMENT ? 1 : 2);
  expect(host.components.getSnapshot()).toMatchObject([{ name: 'Chart', status: 'available' }]);
  expect([heard, log.mock.calls]).toEqual([[], []]);
});

test('the click reports a failure that lasts', async () => {
  await start();
  down.add(BUNDLE);
  await rest();
  expect(heard).toEqual([]);
  await host.preload('demo', 'main');
  await settled();
  expect(heard).toHaveLength(1);
});

test('an error of the app’s function is the app’s, and other links work', async () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  await start(() => {
    throw new Error('no route');
  });
  await rest();
  expect(reported).toHaveBeenCalledExactlyOnceWith(new Error('no route'));
  stop();
  stop = preloadLinks(host, dashboardOf);
  await begun();
  move('link', 'other');
  await rest();
  expect(requests).toEqual([DOCUMENT]);
});

test('names itself if it gets anything but a host', () => {
  stop = () => {};
  expect(() => preloadLinks({} as Host, dashboardOf)).toThrow(/^preloadLinks\(\) has no host/);
});
