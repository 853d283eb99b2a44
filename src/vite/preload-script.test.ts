import { createContext, runInContext } from 'node:vm';
import { expect, test } from 'vitest';
import { dashboardPath, PLUGINS, WITH_LIST } from '../contract/index.ts';
import { preloadScript } from './preload-script.ts';
import { compileRoutes } from './routes.ts';

const ROUTES = { '/plugin/:plugin/:dashboard': ':plugin/:dashboard', '/': 'sales/overview' };
const SHIMS = ['/api/widget-runtime/react.js', '/api/widget-runtime/react-jsx-runtime.js'];
const BUNDLES = ['/plugins/sales/widget/Orders.js?v=0a', '/plugins/sales/widget/Map.js?v=0b'];
const PART = { plugins: [], dashboard: { plugin: 'sales', name: 'overview', bundles: BUNDLES } };
const BOTH = { list: PART, dashboard: { panels: [] } };
const TYPE = `application/json; ${WITH_LIST}`;
const both = () => new Response(JSON.stringify(BOTH), { headers: { 'Content-Type': TYPE } });
const OVERVIEW = `dashboards/overview?${WITH_LIST}`;

interface Preloaded {
  plugin?: string;
  name?: string;
  token: string | null;
  answer: Promise<unknown>;
}

interface Page {
  address?: string;
  apiBase?: string;
  base?: string;
  dashboards?: Record<string, string>;
  token?: string | (() => never);
  /** The answers of the host API by the end of the URL. The default answer is `{}`. */
  answers?: Record<string, unknown>;
  readyState?: string;
  isFirst?: boolean;
  /** The texts of the page's import maps. */
  maps?: string[];
}

/** Opens a page that contains the script. */
async function open({
  address = 'https://host.example/',
  apiBase = '/api',
  base = '/',
  dashboards = ROUTES,
  token,
  answers = {},
  readyState = 'interactive',
  isFirst = true,
  maps = [],
}: Page = {}) {
  const requests: { url: string; init: RequestInit }[] = [];
  const links: Record<string, unknown>[] = [];
  const parsed: (() => void)[] = [];
  const script: { preloaded?: Preloaded; nonce: string } = { nonce: 'n0nce' };
  const document = {
    currentScript: script,
    // A server may have written an element of the same id before it.
    getElementById: () => (isFirst ? script : {}),
    readyState,
    // Set by a <base> element in the page.
    baseURI: 'https://elsewhere.example/',
    addEventListener: (event: string, listener: () => void) =>
      event === 'readystatechange' && parsed.push(listener),
    createElement: (tag: string) => ({ tag }),
    querySelectorAll: () => maps.map((text) => ({ text })),
    head: { append: (...all: Record<string, unknown>[]) => links.push(...all) },
  };
  async function fetch(target: URL, init: RequestInit) {
    const url = String(target);
    requests.push({ url, init });
    const answer = Object.entries(answers).find(([end]) => url.endsWith(end))?.[1] ?? {};
    if (answer instanceof Error) throw answer;
    return answer instanceof Response ? answer : Response.json(answer);
  }
  const localStorage = {
    getItem: (key: string) => {
      if (typeof token === 'function') return token();
      return key === 'nousviz_auth_token' ? (token ?? null) : null;
    },
  };
  const code = await preloadScript(apiBase, compileRoutes(dashboards, base));
  const location = new URL(address);
  runInContext(code, createContext({ document, fetch, localStorage, location, URL, URLSearchParams }));
  const { preloaded } = script;
  const settled = async () => {
    await preloaded?.answer;
    await new Promise((resolve) => setTimeout(resolve));
  };
  await settled();
  return { requests, links, preloaded, parsed, settled, document };
}

const hrefsOf = (links: Record<string, unknown>[]) => links.map(({ href }) => String(href));
const urlsOf = (requests: { url: string }[]) => requests.map(({ url }) => url);

test('requests the dashboard in the address with its part of the list, and stores both with their type', async () => {
  const { requests, preloaded } = await open({
    address: 'https://host.example/plugin/sales/orders?tab=1#top',
    answers: { [`/dashboards/orders?${WITH_LIST}`]: both() },
  });
  expect(urlsOf(requests)).toEqual([`https://host.example/api/plugins/sales/dashboards/orders?${WITH_LIST}`]);
  expect(preloaded).toMatchObject({ plugin: 'sales', name: 'orders', token: null });
  expect(await preloaded!.answer).toEqual([BOTH, TYPE]);
});

test('stores the document alone of a host API without such answers', async () => {
  const { preloaded, links } = await open({ answers: { [OVERVIEW]: BOTH.dashboard } });
  expect(await preloaded!.answer).toEqual([BOTH.dashboard, 'application/json']);
  expect(links).toHaveLength(SHIMS.length);
});

test('requests the whole list where no route matches the address', async () => {
  for (const page of [{ address: 'https://host.example/settings' }, { dashboards: {} }]) {
    const { requests, preloaded, links } = await open({ ...page, answers: { '/plugins': PART } });
    expect(urlsOf(requests)).toEqual(['https://host.example/api/plugins']);
    expect(Object.keys(preloaded!).toSorted()).toEqual(['answer', 'base', 'token']);
    expect(await preloaded!.answer).toEqual([PART, 'application/json']);
    expect(hrefsOf(links)).toEqual(SHIMS.map((path) => `https://host.example${path}`));
  }
});

test('ignores case in routes, as routers do', async () => {
  const { preloaded } = await open({ address: 'https://host.example/Plugin/sales/Orders' });
  expect(preloaded).toMatchObject({ plugin: 'sales', name: 'Orders' });
});

test.each([
  ['a%20b/c%2Fd', 'a b', 'c/d'],
  ['a@b/c:d', 'a@b', 'c:d'],
  ['%E2%82%AC/%2525', '€', '%25'],
  ["it's/(x)", "it's", '(x)'],
  ['$&/$1', '$&', '$1'],
])('builds the URLs of /plugin/%s as the host does', async (path, plugin, name) => {
  const { requests, preloaded } = await open({ address: `https://host.example/plugin/${path}` });
  expect(preloaded).toMatchObject({ plugin, name });
  expect(urlsOf(requests)).toEqual([
    new URL(`https://host.example/api${dashboardPath(plugin, name)}?${WITH_LIST}`).href,
  ]);
});

test('encodes the literal parts of a route as the host does', async () => {
  const { requests } = await open({ dashboards: { '/': '$1 b/<100%>' } });
  expect(urlsOf(requests)).toEqual([
    `https://host.example/api${dashboardPath('$1 b', '<100%>')}?${WITH_LIST}`,
  ]);
});

test.each([
  ['/api', 'https://host.example/api'],
  ['/nous/api', 'https://host.example/nous/api'],
  ['', 'https://host.example'],
  ['https://api.example/v2', 'https://api.example/v2'],
])('requests the host API at %s, whatever a <base> element sets', async (apiBase, start) => {
  const { requests, links } = await open({ apiBase, answers: { [OVERVIEW]: both() } });
  expect(urlsOf(requests)).toEqual([`${start}/plugins/sales/${OVERVIEW}`]);
  const shims = SHIMS.map((path) => new URL(path, start).href);
  expect(hrefsOf(links)).toEqual([...shims, ...BUNDLES.map((path) => start + path)]);
});

test('matches routes below Vite’s base', async () => {
  const { preloaded } = await open({ base: '/sub/', address: 'https://host.example/sub/plugin/crm/deals' });
  expect(preloaded).toMatchObject({ plugin: 'crm', name: 'deals' });
  const elsewhere = await open({ base: '/sub/', address: 'https://host.example/plugin/crm/deals' });
  expect(elsewhere.preloaded!.plugin).toBeUndefined();
});

test('sends the session token and follows no redirect', async () => {
  const signedIn = await open({ token: 's3cret' });
  const common = { cache: 'no-cache', redirect: 'manual' };
  for (const { init } of signedIn.requests)
    expect(init).toEqual({ ...common, headers: { 'X-Session-Token': 's3cret' } });
  expect(signedIn.preloaded!.token).toBe('s3cret');

  const nobody = await open();
  for (const { init } of nobody.requests) expect(init).toEqual({ ...common, headers: {} });
  expect(nobody.preloaded!.token).toBeNull();
});

test('sends no token where the storage is not accessible', async () => {
  const { requests, preloaded } = await open({
    token: () => {
      throw new Error('SecurityError');
    },
  });
  expect(requests).toHaveLength(1);
  expect(preloaded!.token).toBeNull();
});

test.each([
  ['a 404', () => Response.json({ detail: 'no' }, { status: 404 })],
  ['a 500 in HTML', () => new Response('<!doctype html>', { status: 500 })],
  ['HTML instead of JSON', () => new Response('<!doctype html>')],
  ['no content', () => new Response(null, { status: 204 })],
  ['a redirect', () => new Response(null, { status: 302 })],
  ['no network', () => new TypeError('Failed to fetch')],
])('resolves to undefined for %s', async (_, answer) => {
  const { preloaded, links } = await open({
    answers: { [OVERVIEW]: answer() },
  });
  expect(await preloaded!.answer).toBeUndefined();
  expect(links).toHaveLength(SHIMS.length);
});

test.each<[string, string[], string[]]>([
  ['no map', [], SHIMS.map((path) => `https://host.example${path}`)],
  [
    'a map without them',
    ['{"imports":{"lodash":"/lodash.js"}}', '{}'],
    SHIMS.map((path) => `https://host.example${path}`),
  ],
  [
    'a map of this site',
    [JSON.stringify({ imports: { [`https://host.example${SHIMS[0]}`]: 'https://host.example/r.js?v=1' } })],
    ['https://host.example/r.js?v=1', `https://host.example${SHIMS[1]}`],
  ],
  [
    'a second map, with URLs relative to a <base> element',
    ['{}', JSON.stringify({ imports: { 'https://host.example/api/widget-runtime/react.js': './r.js' } })],
    ['https://elsewhere.example/r.js', `https://host.example${SHIMS[1]}`],
  ],
  ['a map that is no JSON', ['{'], []],
])('preloads the shims that widgets import, under %s', async (_, maps, expected) => {
  const { links } = await open({ maps });
  expect(hrefsOf(links)).toEqual(expected);
});

test('preloads the widgets in the answer with low priority and the page’s nonce', async () => {
  const { links } = await open({ answers: { [OVERVIEW]: both() } });
  const common = { tag: 'link', rel: 'modulepreload', fetchPriority: 'low', nonce: 'n0nce' };
  expect(links.slice(SHIMS.length)).toEqual(
    BUNDLES.map((path) => ({ ...common, href: new URL(`https://host.example/api${path}`) })),
  );
});

test('preloads nothing before the page is parsed, so that the host’s script and an import map come first', async () => {
  const answers = { [OVERVIEW]: both() };
  const { links, parsed, settled } = await open({ answers, readyState: 'loading' });
  expect(links).toEqual([]);
  for (const listener of parsed) listener();
  await settled();
  expect(links).toHaveLength(SHIMS.length + BUNDLES.length);
});

test.each(['?disable-plugins', '?a=1&disable-plugins=sales'])('preloads nothing under %s', async (search) => {
  const { links, preloaded } = await open({
    address: `https://host.example/${search}`,
    answers: { [OVERVIEW]: both() },
  });
  expect(await preloaded!.answer).toEqual([BOTH, TYPE]);
  expect(links).toEqual([]);
});

test('preloads no widget where the answer lists no bundles', async () => {
  for (const answer of [{ plugins: [] }, { list: {} }, { list: { dashboard: {} } }, [], 'text', null]) {
    const { links, preloaded } = await open({ answers: { [OVERVIEW]: answer } });
    expect(links).toHaveLength(SHIMS.length);
    expect(preloaded!.plugin).toBe('sales');
  }
});

test('does nothing on a page whose address is malformed', async () => {
  const { requests, preloaded } = await open({ address: 'https://host.example/plugin/%E0/x' });
  expect(requests).toEqual([]);
  expect(preloaded).toBeUndefined();
});

test('is small and does not contain its end tag', async () => {
  const dashboards = { ...ROUTES, '/</script>/<!--': '<script>/<!--' };
  expect(await preloadScript('/api</script>', compileRoutes(dashboards, '/'))).not.toContain('<');
  const code = await preloadScript('/api', compileRoutes(ROUTES, '/'));
  expect(code).toContain(PLUGINS);
  expect(Buffer.byteLength(code)).toBeLessThan(1600);
});

test('requests nothing where a server has written the answers into the page', async () => {
  const { requests, preloaded } = await open({ isFirst: false });
  expect(requests).toEqual([]);
  expect(preloaded).toBeUndefined();
});
