import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PRELOADED_ID } from '../contract/index.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { sha256Of } from './trust/grant.ts';
import { createServer, createHints, createImportMap, fileTrustStore, importMapTag } from './index.ts';

const PAGE = `<!doctype html>
<html>
  <head>
    <title>Host</title>
    <script type="module" src="/assets/host.js"></script>
  </head>
  <body><div id="root"></div></body>
</html>`;

const BUNDLE = `/plugins/sales/widget/Map.js?v=${sha256Of(Buffer.from('export default 1'))}`;
const SHIMS = ['/widget-runtime/react.js', '/widget-runtime/react-jsx-runtime.js'];

async function makeHost(base?: string) {
  const root = await makeFolder({
    'plugins/sales/plugin.yaml':
      'id: sales\ndisplay_name: "</script><!--<script>"\nfrontend: {components: [{name: Map, path: Map.js}]}',
    'plugins/sales/Map.js': 'export default 1',
    'plugins/sales/dashboards/main.yaml':
      'title: "$& </SCRIPT> $1"\npanels: [{type: custom, component: Map}, {type: custom, component: wild/Map}]',
    'plugins/wild/plugin.yaml': 'id: wild\nfrontend: {components: [{name: Map, path: Map.js}]}',
    'plugins/wild/Map.js': 'export default 2',
  });
  const at = (path: string) => join(root, path);
  const options = {
    plugins: at('plugins'),
    trust: fileTrustStore(at('trust.jsonl')),
    ...(base !== undefined && { base }),
  };
  const { fetch: handler } = createServer(options);
  const below = (base ?? '/api').replace(/\/+$/, '');
  const send = (path: string, init?: RequestInit) =>
    handler(new Request(new URL(below + path, 'http://localhost'), init));
  await send('/plugins/sales/trust-frontend', { method: 'POST' });
  return { at, send, options, below, hints: createHints(options) };
}

/** The answers that a page's HTML holds. */
function preloadedOf(html: string) {
  const [found, ...more] = html.matchAll(
    /<script type="application\/json" id="nousviz-preloaded">([^<]*)<\/script>/g,
  );
  expect(more).toEqual([]);
  return found && JSON.parse(found[1]!);
}

const preloadsOf = (html: string) =>
  [...html.matchAll(/<link rel="modulepreload" fetchpriority="low" href="([^"]*)">/g)].map(
    ([, href]) => href,
  );

test.each([undefined, '/nous/api', '/nous/api/', ''])(
  'writes the answers that the page needs first before the end of its head, below %s',
  async (base) => {
    const { hints, send, below } = await makeHost(base);
    const html = await hints(PAGE, 'sales', 'main');
    const { dashboard: part, ...list } = await (await send('/plugins?dashboard=sales/main')).json();
    const { bundles, ...dashboard } = part;
    expect(bundles).toEqual([BUNDLE]);
    expect(preloadedOf(html)).toEqual({
      plugin: 'sales',
      name: 'main',
      list: { ...list, dashboard },
      dashboard: await (await send('/plugins/sales/dashboards/main')).json(),
    });
    expect(preloadsOf(html)).toEqual([...SHIMS, BUNDLE].map((path) => below + path));
    for (const url of preloadsOf(html)) expect((await send(url!.slice(below.length))).status).toBe(200);
    // Everything of it stands where the head ends, and nothing else has changed.
    const [before, after] = PAGE.split('</head>');
    expect(html.startsWith(`${before}<script type="application/json" id="${PRELOADED_ID}">`)).toBe(true);
    expect(html.endsWith(`</head>${after}`)).toBe(true);
  },
);

test('no text of a plugin ends the element', async () => {
  const { hints } = await makeHost();
  const html = await hints(PAGE, 'sales', 'main');
  const { list, dashboard } = preloadedOf(html);
  expect(list.plugins[0].display_name).toBe('</script><!--<script>');
  expect(dashboard.title).toBe('$& </SCRIPT> $1');
});

test('leaves the page alone where there is nothing to hint at', async () => {
  const { hints, at, options } = await makeHost();
  await writeFiles(at('plugins/sales'), {
    'dashboards/broken.yaml': 'panels: [',
    'dashboards/text.yaml': '1',
  });
  for (const [id, name] of [
    ['sales', 'none'],
    ['none', 'main'],
    ['sales', 'broken'],
    ['sales', 'text'],
    ['../sales', 'main'],
    ['', ''],
  ] as const)
    expect(await hints(PAGE, id, name)).toBe(PAGE);
  expect(await hints('no page', 'sales', 'main')).toBe('no page');
  const failing = { ...options.trust, grants: () => Promise.reject(new Error('no connection')) };
  expect(await createHints({ ...options, trust: failing })(PAGE, 'sales', 'main')).toBe(PAGE);
  expect(await createHints({ ...options, plugins: at('nowhere') })(PAGE, 'sales', 'main')).toBe(PAGE);
});

test('names no bundle of a plugin that nobody trusts, or nobody any more', async () => {
  const { hints, send } = await makeHost();
  expect((await hints(PAGE, 'sales', 'main')).includes('wild/widget')).toBe(false);
  await send('/plugins/sales/revoke-frontend-trust', { method: 'POST' });
  const html = await hints(PAGE, 'sales', 'main');
  expect(preloadsOf(html)).toEqual(SHIMS.map((path) => `/api${path}`));
  expect(preloadedOf(html).list.plugins[0].frontend.trusted).toBe(false);
});

const within = (head: string) => PAGE.replace('</head>', () => `${head}</head>`);

test('takes the place of the inline request, and repeats no preload', async () => {
  const { hints } = await makeHost();
  const kept = `<link rel="modulepreload" href="/assets/react.js"><LINK REL='modulepreload' HREF='/api${SHIMS[0]}'>`;
  const html = await hints(
    within(`<script id="${PRELOADED_ID}">if (1 > 0) fetch("</head>")</script>${kept}`),
    'sales',
    'main',
  );
  expect(preloadedOf(html)).toMatchObject({ plugin: 'sales' });
  expect(html).not.toContain('fetch(');
  expect(html).toContain(kept);
  expect(preloadsOf(html)).toEqual([SHIMS[1], BUNDLE].map((path) => `/api${path}`));
  // The page may have hints already.
  const again = await hints(html, 'sales', 'main');
  expect([preloadedOf(again), preloadsOf(again)]).toEqual([preloadedOf(html), preloadsOf(html)]);
});

test('looks for the end of the head in no comment, script or style', async () => {
  const { hints } = await makeHost();
  const head =
    '<!-- </head> --><script>x = "</head>"</script><style>/* </head> */</style><meta content="></head>">';
  for (const page of [within(head), within(head).replace(/<\/head>(?=\s*<body)/, '')]) {
    const html = await hints(page, 'sales', 'main');
    expect(html.indexOf(PRELOADED_ID)).toBeGreaterThan(html.indexOf('<meta'));
    expect(html.indexOf(PRELOADED_ID)).toBeLessThan(html.indexOf('<body'));
    expect(html).toContain(head);
  }
});

test.each(['/api', '/nous/api'])('preloads what the page’s import map leads to, below %s', async (base) => {
  const { hints, options } = await makeHost(base);
  const map = await createImportMap(options)();
  const stale = `<link rel="modulepreload" href="${base}${SHIMS[0]}">`;
  const html = await hints(within(importMapTag(map, 'n"1') + stale), 'sales', 'main', 'n"1');
  const urls = [...html.matchAll(/<link [^>]*href="([^"]*)" nonce="n&quot;1">/g)].map(([, href]) => href!);
  expect(urls).toEqual([...SHIMS.map((path) => map.imports[base + path]), base + BUNDLE]);
  for (const url of urls) expect(map.integrity).toHaveProperty([url]);
  expect(html).not.toContain(stale);
});

test('an import map that no browser would read changes nothing', async () => {
  const { hints } = await makeHost();
  for (const text of ['{', '[]', '{"imports": 1}', `{"imports": {"/api${SHIMS[0]}": null}}`]) {
    const html = await hints(within(`<script type="importmap">${text}</script>`), 'sales', 'main');
    expect(preloadsOf(html)).toEqual([...SHIMS, BUNDLE].map((path) => `/api${path}`));
  }
});
