import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { PRELOADED_ID, SHIMS, WITH_LIST } from '../contract/index.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { createServer, fileTrustStore } from './index.ts';
import { MAX_HASHES } from './page-tags.ts';
import { sha256Of } from './trust/grant.ts';
import { readYaml } from './yaml.ts';

vi.mock('./yaml.ts', { spy: true });

beforeEach(() => void vi.mocked(readYaml).mockClear());

const BUNDLE = `/plugins/sales/widget/Map.js?v=${sha256Of(Buffer.from('export default 1'))}`;
const FIRST_SHIMS = ['/widget-runtime/react.js', '/widget-runtime/react-jsx-runtime.js'];
const MAIN = { pluginId: 'sales', name: 'main' };

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
  const server = createServer(options);
  const below = (base ?? '/api').replace(/\/+$/, '');
  const send = (path: string, init?: RequestInit) =>
    server.fetch(new Request(new URL(path, 'http://localhost'), init));
  await send(`${below}/plugins/sales/trust-frontend`, { method: 'POST' });
  return { at, send, server, options, below };
}

/** Reads the host API's answers in a page's tags. */
function preloadedIn(html: string) {
  const [found, ...more] = html.matchAll(
    /<script type="application\/json" id="nousviz-preloaded">([^<]*)<\/script>/g,
  );
  expect(more).toEqual([]);
  return found && JSON.parse(found[1]!);
}

const LINK =
  /<link rel="modulepreload" fetchpriority="low" href="([^"]*)"( integrity="[^"]*")?( nonce="[^"]*")?>/g;
const preloadsIn = (html: string) => [...html.matchAll(LINK)].map(([, href]) => href!);

function importMapIn(html: string) {
  const [, text] = /<script type="importmap"[^>]*>([^<]*)<\/script>/.exec(html) ?? [];
  return JSON.parse(text!) as { imports: Record<string, string>; integrity: Record<string, string> };
}

const digest = (bytes: Uint8Array) => `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

test.each([undefined, '/nous/api', '/nous/api/', ''])(
  'writes the first answers and preloads of the bundles that may run, below %s',
  async (base) => {
    const { server, send, below } = await makeHost(base);
    const html = await server.headTags(MAIN);
    const { dashboard: part, ...list } = await (await send(`${below}/plugins?dashboard=sales/main`)).json();
    const { bundles, ...dashboard } = part;
    expect(bundles).toEqual([BUNDLE]);
    expect(preloadedIn(html)).toEqual({
      base: below,
      plugin: 'sales',
      name: 'main',
      answer: [
        {
          list: { ...list, dashboard },
          dashboard: await (await send(`${below}/plugins/sales/dashboards/main`)).json(),
        },
        WITH_LIST,
      ],
    });
    // Without the import map, the URLs of the shims are unknown.
    const links = [...html.matchAll(LINK)];
    expect(links.map(([, href]) => href)).toEqual([below + BUNDLE]);
    for (const [, href, integrity] of links)
      expect(integrity).toBe(` integrity="${digest(await bytesOf(await send(href!)))}"`);
    expect(html).not.toContain('importmap');
    expect(html.replaceAll(LINK, '')).toMatch(
      new RegExp(`^<script type="application/json" id="${PRELOADED_ID}">[^<]*</script>$`),
    );
  },
);

test('writes no string of a plugin that ends an element', async () => {
  const { server } = await makeHost();
  const [{ list, dashboard }] = preloadedIn(await server.headTags(MAIN)).answer;
  expect(list.plugins[0].display_name).toBe('</script><!--<script>');
  expect(dashboard.title).toBe('$& </SCRIPT> $1');
  const tag = await server.importMapTag({ nonce: 'n"once&' });
  expect(tag.replaceAll(LINK, '')).toMatch(
    /^<script type="importmap" nonce="n&quot;once&amp;">[^<]*<\/script>$/,
  );
});

test('writes no tags without such a dashboard, or after an error', async () => {
  const { server, at, options } = await makeHost();
  await writeFiles(at('plugins/sales'), {
    'dashboards/broken.yaml': 'panels: [',
    'dashboards/text.yaml': '1',
  });
  for (const [pluginId, name] of [
    ['sales', 'none'],
    ['none', 'main'],
    ['sales', 'broken'],
    ['sales', 'text'],
    ['../sales', 'main'],
    ['', ''],
  ] as const)
    expect(await server.headTags({ pluginId, name })).toBe('');
  const failing = { ...options.trust, grants: () => Promise.reject(new Error('no connection')) };
  const untrusting = createServer({ ...options, trust: failing });
  expect(await untrusting.headTags(MAIN, { importMap: true })).toBe('');
  await expect(untrusting.importMapTag()).rejects.toThrow('no connection');
  const nowhere = createServer({ ...options, plugins: at('nowhere') });
  expect(await nowhere.headTags(MAIN)).toBe('');
});

test('writes the import map without reading a plugin', async () => {
  const { server, at, options } = await makeHost();
  const nowhere = createServer({ ...options, plugins: at('nowhere') });
  expect(await nowhere.importMapTag()).toBe(await server.importMapTag());
  expect(await nowhere.headTags(MAIN, { importMap: true })).toBe(await server.importMapTag());
});

test('preloads no bundle of a plugin that is not trusted, or no longer trusted', async () => {
  const { server, send } = await makeHost();
  expect(await server.headTags(MAIN)).not.toContain('wild/widget');
  await send('/api/plugins/sales/revoke-frontend-trust', { method: 'POST' });
  const html = await server.headTags(MAIN);
  expect(preloadsIn(html)).toEqual([]);
  expect(preloadedIn(html).answer[0].list.plugins[0].frontend.trusted).toBe(false);
});

test.each(['/api', '/nous/api'])(
  'preloads the URLs of the import map with its hashes, below %s',
  async (base) => {
    const { server, send } = await makeHost(base);
    const html = await server.headTags(MAIN, { importMap: true, nonce: 'n"1' });
    expect(html.startsWith('<script type="importmap" nonce="n&quot;1">')).toBe(true);
    const { imports, integrity } = importMapIn(html);
    const links = [...html.matchAll(LINK)];
    const expected = [...FIRST_SHIMS.map((path) => imports[base + path]), base + BUNDLE];
    expect(links.map(([, href]) => href)).toEqual(expected);
    for (const [, href, hash, nonce] of links) {
      expect(hash).toBe(` integrity="${integrity[href!]}"`);
      expect(nonce).toBe(' nonce="n&quot;1"');
      expect(digest(await bytesOf(await send(href!)))).toBe(integrity[href!]);
    }
  },
);

test('writes the same tags with one call and with two', async () => {
  const { server } = await makeHost();
  const options = { nonce: 'n1' };
  const [map, tags] = [await server.importMapTag(options), await server.headTags(MAIN, options)];
  expect(map + tags).toBe(await server.headTags(MAIN, { ...options, importMap: true }));
});

test.each(['/api', '/nous/api', '/nous/api/', ''])(
  'maps each shim to its bytes, and lists the hash of each trusted bundle, below %s',
  async (given) => {
    const { server, send } = await makeHost(given);
    const base = given.replace(/\/$/, '');
    const { imports, integrity } = importMapIn(await server.importMapTag());
    expect(new Set(Object.keys(imports))).toEqual(
      new Set([base, '/api'].flatMap((at) => SHIMS.map((shim) => `${at}/widget-runtime/${shim}`))),
    );
    expect(Object.keys(integrity).filter((url) => url.includes('/plugins/'))).toEqual([base + BUNDLE]);
    for (const url of Object.values(imports)) expect(integrity).toHaveProperty([url]);
    for (const [url, expected] of Object.entries(integrity)) {
      const response = await send(url);
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(digest(await bytesOf(response))).toBe(expected);
    }
  },
);

test('lists the hashes of all bundles while they are few, then those of the dashboard alone', async () => {
  const { at, server, send } = await makeHost();
  const trustMany = async (count: number) => {
    const names = Array.from({ length: count }, (_, index) => `W${index}`);
    const components = names.map((name) => `{name: ${name}, path: ${name}.js}`).join(', ');
    await writeFiles(at('plugins/many'), {
      'plugin.yaml': `id: many\nfrontend: {components: [${components}]}`,
      ...Object.fromEntries(names.map((name) => [`${name}.js`, `export default "${name}"`])),
    });
    await send('/api/plugins/many/trust-frontend', { method: 'POST' });
  };
  const hashesIn = (html: string) =>
    Object.keys(importMapIn(html).integrity).filter((url) => url.includes('/plugins/'));
  const tags = () => server.headTags(MAIN, { importMap: true });
  await trustMany(MAX_HASHES - 1);
  expect(hashesIn(await tags())).toHaveLength(MAX_HASHES);
  await trustMany(MAX_HASHES);
  expect(hashesIn(await tags())).toEqual([`/api${BUNDLE}`]);
  expect(hashesIn(await server.importMapTag())).toHaveLength(MAX_HASHES + 1);
});

test('reads only the plugins that the dashboard names, however many are installed', async () => {
  const { at, options } = await makeHost();
  await writeFiles(at('plugins/other'), { 'plugin.yaml': 'id: other' });
  vi.mocked(readYaml).mockClear();
  expect(await createServer(options).headTags(MAIN, { importMap: true })).toContain(BUNDLE);
  const paths = vi.mocked(readYaml).mock.calls.map(([path]) => path);
  expect(paths).toContain(at('plugins/wild/plugin.yaml'));
  expect(paths).not.toContain(at('plugins/other/plugin.yaml'));
});

test('has the hash of a consent that the answer itself binds to the bytes on disk', async () => {
  const { at, options, below } = await makeHost();
  const line = { plugin_id: 'wild', action: 'trust', who: 'ada', when: '2026-04-25T14:00:00.000Z' };
  await writeFile(at('trust.jsonl'), `${JSON.stringify(line)}\n`, { flag: 'a' });
  const html = await createServer(options).headTags(MAIN, { importMap: true });
  const bundle = preloadsIn(html).find((url) => url.includes('/wild/'))!;
  expect(bundle.startsWith(below)).toBe(true);
  expect(importMapIn(html).integrity[bundle]).toBe(digest(Buffer.from('export default 2')));
});

test('lists the consented bytes even if others are on disk', async () => {
  const { at, server } = await makeHost();
  const before = await server.importMapTag();
  await writeFile(at('plugins/sales/Map.js'), 'evil');
  expect(await server.importMapTag()).toBe(before);
  expect(await readFile(at('plugins/sales/Map.js'), 'utf8')).toBe('evil');
});

test('reads each plugin once for the list, its part, and all tags, at once or one after another', async () => {
  const { at, server, send } = await makeHost();
  const ask = () => [
    send('/api/plugins'),
    send('/api/plugins?dashboard=sales/main'),
    send('/api/plugins/sales/dashboards/main'),
    server.headTags(MAIN),
    server.headTags(MAIN, { importMap: true }),
    server.importMapTag(),
  ];
  await Promise.all(ask());
  for (const answer of ask()) await answer;
  const paths = vi.mocked(readYaml).mock.calls.map(([path]) => path);
  expect(paths.toSorted()).toEqual([
    // Its title for the list, and its document.
    at('plugins/sales/dashboards/main.yaml'),
    at('plugins/sales/dashboards/main.yaml'),
    at('plugins/sales/plugin.yaml'),
    at('plugins/wild/plugin.yaml'),
  ]);
});
