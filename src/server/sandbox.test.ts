import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as React from 'react';
import * as ReactDOM from 'react-dom';
import * as ReactDOMClient from 'react-dom/client';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { API_BASE, sandboxPageUrl, sandboxScriptUrl, SHIMS, WIDGET_HEADER } from '../contract/index.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { createServer, fileTrustStore, toNodeHandler, type ServerOptions, type TrustStore } from './index.ts';
import { packageFile } from './package-files.ts';
import { sha256Of } from './trust/grant.ts';

vi.mock('./package-files.ts', { spy: true });

const GUEST = 'export const guest = 1;';
const MAP = 'export default function Map() {}';
const SALES =
  'id: sales\ndisplay_name: Sales <b>& "more"\nfrontend: {components: [{name: Map, path: Map.js}]}';
const hashOf = (text: string) => sha256Of(Buffer.from(text));

/** The headers of a sandboxed frame's requests. */
const FRAME = { Origin: 'null', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Site': 'cross-site' };

beforeEach(async () => {
  // The script that the frame's page loads is built from another folder.
  const folder = await makeFolder({
    'dist/sandbox/guest-18.js': `${GUEST}//18`,
    'dist/sandbox/guest-19.js': GUEST,
  });
  vi.mocked(packageFile).mockImplementation((path) => join(folder, path));
});

async function makeHost(options: Partial<ServerOptions> = {}, wrap = (trust: TrustStore) => trust) {
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': SALES,
    'plugins/sales/Map.js': MAP,
    'plugins/sales/Map.js.map': '{"version":3}',
    'plugins/sales/dashboards/main.yaml': 'panels:\n  - {type: custom, component: Map}\n',
    'plugins/stock/plugin.yaml': 'id: stock\nfrontend: {components: [{name: Bar, path: Bar.js}]}',
    'plugins/stock/Bar.js': 'export default 2',
  });
  const at = (path: string) => join(root, path);
  const trust = wrap(fileTrustStore(at('trust.jsonl')));
  const server = createServer({ plugins: at('plugins'), trust, ...options });
  const base = options.base ?? API_BASE;
  const send = (path: string, init?: RequestInit, origin = 'http://localhost:4173') =>
    server.fetch(new Request(`${origin}${base}${path}`, init));
  const post = (path: string, body?: unknown, headers = {}) =>
    send(path, {
      method: 'POST',
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const read = async (path: string, init?: RequestInit) => (await send(path, init)).json();
  const block = async () => (await read('/plugins/sales')).frontend;
  return { at, server, trust, send, post, read, block };
}

const detailOf = async (response: Response, status: number): Promise<string> => {
  const text = await response.text();
  expect(response.status, text).toBe(status);
  return JSON.parse(text).detail;
};

test('records the verdict sandboxed, and shows it in every answer about the plugin (T6)', async () => {
  const { post, read, block } = await makeHost();
  const bundles = { 'Map.js': hashOf(MAP), 'Map.js.map': hashOf('{"version":3}') };
  const response = await post('/plugins/sales/sandbox-frontend', { bundles });
  const component = { name: 'Map', path: 'Map.js', filename: 'Map.js', exists_on_disk: true };
  const components = [{ ...component, sha256: hashOf(MAP), size: MAP.length }];
  expect(await response.json()).toEqual({ plugin_id: 'sales', trusted: false, sandboxed: true, components });
  const sandboxed = { components, trusted: false, needs_consent: false, sandboxed: true };
  expect(await block()).toEqual(sandboxed);
  expect(await read('/plugins/sales/frontend-components')).toEqual(sandboxed);
  expect((await read('/plugins')).plugins[0].frontend).toEqual(sandboxed);
  const part = await read('/plugins?dashboard=sales/main');
  expect(part.plugins[0].frontend).toMatchObject({ trusted: false, needs_consent: false, sandboxed: true });
  expect(part.plugins[0].frontend.components[0].sha256).toBe(hashOf(MAP));
  expect(part.dashboard.bundles).toEqual([]);
});

test('preloads no sandboxed bundle in pages, and no shim for a page of sandboxed widgets', async () => {
  const { post, server } = await makeHost();
  const tags = () => server.headTags({ pluginId: 'sales', name: 'main' }, { importMap: true });
  // The user may trust it soon.
  expect(await tags()).toMatch(/<link rel="modulepreload"[^>]*\/react\.js/);
  await post('/plugins/sales/trust-frontend');
  expect(await tags()).toMatch(/<link rel="modulepreload"[^>]*Map\.js/);
  expect(await tags()).toMatch(/<link rel="modulepreload"[^>]*\/react\.js/);
  await post('/plugins/sales/sandbox-frontend');
  expect(await tags()).not.toMatch(/widget\/Map\.js|modulepreload/);
});

test('lets each verdict replace the other, and the one route revoke both', async () => {
  const { post, block } = await makeHost();
  const verdict = async () => {
    const { trusted, needs_consent, sandboxed } = await block();
    return { trusted, needs_consent, sandboxed };
  };
  for (const _ of [1, 2]) {
    await post('/plugins/sales/sandbox-frontend');
    expect(await verdict()).toEqual({ trusted: false, needs_consent: false, sandboxed: true });
    expect(await (await post('/plugins/sales/trust-frontend')).json()).toMatchObject({ trusted: true });
    expect(await verdict()).toEqual({ trusted: true, needs_consent: false });
  }
  await post('/plugins/sales/sandbox-frontend');
  const revoked = await post('/plugins/sales/revoke-frontend-trust');
  expect(await revoked.json()).toEqual({ plugin_id: 'sales', trusted: false });
  expect(await verdict()).toEqual({ trusted: false, needs_consent: true });
});

test('runs the consented bytes in the frame until a change is accepted (T4)', async () => {
  const { at, post, send, block } = await makeHost();
  await post('/plugins/sales/sandbox-frontend');
  await writeFile(at('plugins/sales/Map.js'), 'export default 3');
  expect(await block()).toMatchObject({ trusted: false, needs_consent: false, sandboxed: true });
  expect((await block()).components[0]).toMatchObject({
    changed: true,
    sha256: hashOf('export default 3'),
    consented: { sha256: hashOf(MAP) },
  });
  const latest = () => send('/plugins/sales/widget/Map.js', { headers: FRAME });
  expect(await (await latest()).text()).toBe(MAP);
  await detailOf(
    await send(`/plugins/sales/widget/Map.js?v=${hashOf('export default 3')}`, { headers: FRAME }),
    409,
  );
  await post('/plugins/sales/sandbox-frontend');
  expect(await (await latest()).text()).toBe('export default 3');
});

test('never gives the page bytes that were only sandboxed', async () => {
  const { at, post, send } = await makeHost();
  await post('/plugins/sales/sandbox-frontend');
  await writeFile(at('plugins/sales/Map.js'), 'export default 3');
  await post('/plugins/sales/trust-frontend');
  await detailOf(await send(`/plugins/sales/widget/Map.js?v=${hashOf(MAP)}`), 409);
});

test('refuses the verdict as it refuses trust: origin, body, hashes, operator', async () => {
  const { post, block } = await makeHost({
    requireHashes: true,
    operator: ({ headers }) => headers.get('x-user'),
  });
  const decide = (body?: unknown, headers = {}) =>
    post('/plugins/sales/sandbox-frontend', body, { 'X-User': 'ada', ...headers });
  await detailOf(await decide(undefined, { 'X-User': '' }).then((answer) => answer), 400);
  await detailOf(await post('/plugins/sales/sandbox-frontend', { bundles: {} }), 401);
  await detailOf(await decide({ bundles: {} }, { Origin: 'https://evil.example' }), 403);
  await detailOf(await decide({ bundles: { 'Map.js': '0'.repeat(64) } }), 409);
  await detailOf(await decide(undefined, { 'Content-Length': '7' }), 400);
  await detailOf(await post('/plugins/plain/sandbox-frontend', {}, { 'X-User': 'ada' }), 404);
  expectConsole(/The consent to "sales" was refused/);
  expect(await block()).toMatchObject({ needs_consent: true });
});

test('says so if the store cannot record the verdict, and records no trust instead', async () => {
  const { post, block } = await makeHost({}, (store) => ({ ...store, sandbox: undefined }) as never);
  expect(await detailOf(await post('/plugins/sales/sandbox-frontend'), 503)).toMatch(
    /The trust store has no verdict "sandboxed"\./,
  );
  expectConsole(/TrustStoreError/);
  expect(await block()).toMatchObject({ trusted: false, needs_consent: true });
});

test('takes a verdict that it does not know for none', async () => {
  const { post, send, block } = await makeHost({}, (store) => ({
    ...store,
    grants: async () =>
      new Map(
        [...(await store.grants())].map(([id, grant]) => [id, { ...grant, verdict: 'other' as 'sandboxed' }]),
      ),
  }));
  await post('/plugins/sales/trust-frontend');
  expect(await block()).toMatchObject({ trusted: false, needs_consent: true });
  for (const headers of [{}, FRAME])
    await detailOf(await send('/plugins/sales/widget/Map.js', { headers }), 403);
});

const VERSIONED = `/plugins/sales/widget/Map.js?v=${hashOf(MAP)}`;

test.each(['/plugins/sales/widget/Map.js', VERSIONED, '/plugins/sales/widget/Map.js.map'])(
  'gives %s of a sandboxed plugin to frames with an opaque origin only',
  async (path) => {
    const { post, send } = await makeHost();
    await post('/plugins/sales/sandbox-frontend');
    for (const headers of [
      {},
      { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Dest': 'script' },
      { ...FRAME, 'Sec-Fetch-Site': 'same-origin' },
      { ...FRAME, 'Sec-Fetch-Site': 'none' },
      { ...FRAME, 'Sec-Fetch-Mode': 'no-cors' },
      { ...FRAME, 'Sec-Fetch-Mode': 'navigate' },
      { ...FRAME, Origin: 'http://localhost:4173' },
      { ...FRAME, Origin: 'https://other.example' },
    ]) {
      const response = await send(path, { headers });
      expect(response.headers.get('vary')).toMatch(/Origin, Sec-Fetch-Mode, Sec-Fetch-Site/);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(await detailOf(response, 403)).toMatch(
        /^sales is sandboxed: .* Show the plugin in its frame, or trust it\.$/,
      );
    }
    for (const headers of [FRAME, { Origin: 'null' }]) {
      const response = await send(path, { headers });
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe('null');
      expect(response.headers.get('vary')).toMatch(/Origin, Sec-Fetch-Mode, Sec-Fetch-Site/);
      expect(response.headers.get('cache-control')).not.toMatch('public');
      const etag = response.headers.get('etag')!;
      const again = await send(path, { headers: { ...headers, 'If-None-Match': etag } });
      expect([again.status, again.headers.get('access-control-allow-origin')]).toEqual([304, 'null']);
    }
  },
);

test('keeps the headers of a frame where the origins are named', async () => {
  const { post, send } = await makeHost({ origins: ['https://dash.example'] });
  await post('/plugins/sales/sandbox-frontend');
  const { headers } = await send(VERSIONED, { headers: FRAME });
  expect(headers.get('access-control-allow-origin')).toBe('null');
  expect(headers.get('vary')).toMatch(/Sec-Fetch-Site/);
  expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
});

test('gives a trusted bundle to no frame, as before', async () => {
  const { post, send } = await makeHost();
  await post('/plugins/sales/trust-frontend');
  const { status, headers } = await send(VERSIONED, { headers: FRAME });
  expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([
    200,
    null,
    null,
  ]);
});

test.each([18, 19] as const)('serves the page and the script of a frame with React %i', async (react) => {
  const { post, send } = await makeHost();
  const page = sandboxPageUrl('sales', react);
  expect(await detailOf(await send(page), 403)).toMatch(/^sales is not sandboxed\./);
  await post('/plugins/sales/sandbox-frontend');
  const response = await send(page);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const text = react === 18 ? `${GUEST}//18` : GUEST;
  const html = await response.text();
  expect(html).toMatch(
    /^<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sales &lt;b>&amp; &quot;more&quot;<\/title><script type="importmap">/,
  );
  expect(html).toContain(`<script data-script="./sandbox-${react}.js?v=${hashOf(text)}">`);
  const script = await send(`${sandboxScriptUrl(react)}?v=${hashOf(text)}`);
  expect(await script.text()).toBe(text);
  expect(Object.fromEntries(script.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'text/javascript; charset=utf-8',
  });
  expect((await send(sandboxScriptUrl(react))).headers.get('cache-control')).toBe('public, max-age=3600');
});

test('names only its own files in the policy of a frame', async () => {
  const { post, send } = await makeHost({ origins: ['https://dash.example'] });
  await post('/plugins/sales/sandbox-frontend');
  const policyAt = async (origin: string) =>
    (await send(sandboxPageUrl('sales', 19), {}, origin)).headers.get('content-security-policy');
  const own = 'https://dash.example/api';
  const folder = `${own}/plugins/sales/widget/`;
  const policy = await policyAt('https://dash.example');
  expect(policy?.replace(/ 'sha256-[^']*'/g, '')).toBe(
    `default-src 'none'; script-src ${own}/widget-runtime/ ${folder} 'wasm-unsafe-eval' data:; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; ` +
      `connect-src ${folder} blob: data:; worker-src blob: data:; frame-src 'none'; form-action 'none'; base-uri 'none'; ` +
      `frame-ancestors 'self' https://dash.example; sandbox allow-scripts`,
  );
  // A proxy may have replaced the name.
  expect(await policyAt('http://127.0.0.1:4173')).toContain(
    `connect-src ${folder} http://127.0.0.1:4173/api/plugins/sales/widget/ blob: data:;`,
  );
});

test('names the paths that the browser sees, where a framework removes a part of them', async () => {
  const { post, send, server } = await makeHost({
    publicBase: '/nous/api/',
    origins: ['https://dash.example'],
  });
  await post('/plugins/sales/sandbox-frontend');
  const page = await send(sandboxPageUrl('sales', 19), {}, 'https://dash.example');
  const folder = 'https://dash.example/nous/api/plugins/sales/widget/';
  expect(page.headers.get('content-security-policy')).toContain(
    `script-src https://dash.example/nous/api/widget-runtime/ ${folder} 'sha256-`,
  );
  expect(page.headers.get('content-security-policy')).toContain(`connect-src ${folder} blob: data:;`);
  const map = '"/api/widget-runtime/react.js":"/nous/api/widget-runtime/react.js';
  expect(await server.importMapTag()).toContain(map);
  expect(await server.headTags({ pluginId: 'sales', name: 'main' })).toContain('"base":"/nous/api"');
  expect(await server.frameSources()).toEqual(['https://dash.example/nous/api/widget-runtime/sandbox.html']);
  expect((await send('/plugins/sales')).status).toBe(200);
});

test('names the port of a server with TLS, since Chromium lets no source with http: and a port stand for https:', async () => {
  const { post, send } = await makeHost();
  await post('/plugins/sales/sandbox-frontend');
  const response = await send(sandboxPageUrl('sales', 19), {}, 'https://localhost:8443');
  expect(response.headers.get('content-security-policy')).toContain(
    'connect-src http://localhost:8443/api/plugins/sales/widget/ https://localhost:8443/api/plugins/sales/widget/ blob: data:;',
  );
});

test.each(['/api', '/nous/api'])(
  'has the shims in the frame’s page under %s, and admits its inline scripts (S6)',
  async (base) => {
    const { post, send } = await makeHost({ base });
    await post('/plugins/sales/sandbox-frontend');
    const response = await send(sandboxPageUrl('sales', 19));
    const scripts = [...(await response.text()).matchAll(/<script\b[^>]*>([^]*?)<\/script>/g)].map(
      ([, text = '']) => text,
    );
    const { imports } = JSON.parse(scripts[0]!) as { imports: Record<string, string> };
    vi.stubGlobal('NousViz', { React, ReactJSXRuntime, ReactDOM, ReactDOMClient });
    expect(Object.keys(imports)).toStrictEqual(SHIMS.map((shim) => `/api/widget-runtime/${shim}`));
    for (const [path, url] of Object.entries(imports)) {
      const file = await (await send(path.slice('/api'.length))).text();
      const [short, served] = (await Promise.all(
        [url, `data:text/javascript,${encodeURIComponent(file)}`].map(async (one) => import(one)),
      )) as Record<string, unknown>[];
      // Each makes functions of its own.
      const textOf = (module: unknown) =>
        JSON.stringify(module, (_, value: unknown) =>
          typeof value === 'function' || typeof value === 'symbol' ? String(value) : value,
        );
      expect(Object.keys(short!)).toStrictEqual(Object.keys(served!));
      expect(textOf(short)).toBe(textOf(served));
    }
    const hashes = [...scripts, GUEST].map(
      (text) => `'sha256-${Buffer.from(hashOf(text), 'hex').toString('base64')}'`,
    );
    const own = `http://localhost:4173${base}`;
    expect(response.headers.get('content-security-policy')).toContain(
      `script-src ${own}/widget-runtime/ ${own}/plugins/sales/widget/ ${hashes.join(' ')} 'wasm-unsafe-eval' data:;`,
    );
  },
);

test.each([
  ['plugin=sales&react=17', 400],
  ['plugin=sales', 400],
  ['react=19', 400],
  ['plugin=../sales&react=19', 400],
  ['plugin=nobody&react=19', 404],
  ['plugin=stock&react=19', 403],
])('refuses the frame’s page with %s', async (query, status) => {
  const { send } = await makeHost();
  await detailOf(await send(`/widget-runtime/sandbox.html?${query}`), status);
});

test('says which file of the package is missing', async () => {
  const { post, send } = await makeHost();
  await post('/plugins/sales/sandbox-frontend');
  vi.mocked(packageFile).mockImplementation((path) => join('/nowhere', path));
  for (const path of [sandboxPageUrl('sales', 19), sandboxScriptUrl(19)])
    expect(await detailOf(await send(path), 503)).toMatch(
      /dist\/sandbox\/guest-19\.js of @nousviz\/widget-runtime/,
    );
});

test('refuses the frame’s page under an unknown name', async () => {
  const { post, send } = await makeHost();
  await post('/plugins/sales/sandbox-frontend');
  await detailOf(await send(sandboxPageUrl('sales', 19), {}, 'http://evil.example'), 403);
});

const NAMES: Partial<ServerOptions> = {
  origins: ['https://dash.example'],
  sandboxOrigin: (id) => `https://${id}.sandbox.example`,
  notFound: () => new Response('app'),
};

test('names the sources of frames for the policy of the host’s pages', async () => {
  const sourcesOf = async (options: Partial<ServerOptions>) =>
    (await makeHost(options)).server.frameSources();
  expect(await sourcesOf({})).toEqual(["'self'"]);
  expect(await sourcesOf({ origins: ['https://dash.example'], base: '/nous/api' })).toEqual([
    'https://dash.example/nous/api/widget-runtime/sandbox.html',
  ]);
  expect(await sourcesOf(NAMES)).toEqual([
    'https://dash.example/api/widget-runtime/sandbox.html',
    'https://sales.sandbox.example/api/widget-runtime/sandbox.html',
    'https://stock.sandbox.example/api/widget-runtime/sandbox.html',
  ]);
});

test('answers the frame’s files under the frame’s own name, and nothing else', async () => {
  const { post, send, server } = await makeHost(NAMES);
  await post('/plugins/sales/sandbox-frontend');
  await post('/plugins/stock/sandbox-frontend');
  const status = async (path: string, headers: HeadersInit = {}, method = 'GET') =>
    (await send(path, { headers, method }, 'https://sales.sandbox.example')).status;
  const page = await send(sandboxPageUrl('sales', 19), {}, 'https://sales.sandbox.example');
  expect(page.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(page.headers.get('content-security-policy')).toMatch(
    /connect-src https:\/\/sales\.sandbox\.example\/api\/plugins\/sales\/widget\/ blob: data:; .*frame-ancestors 'self' https:\/\/dash\.example;/,
  );
  expect(await status(VERSIONED, FRAME)).toBe(200);
  expect(await status('/widget-runtime/react.js')).toBe(200);
  expect(await status(sandboxScriptUrl(19))).toBe(200);
  expect(await status(sandboxPageUrl('stock', 19))).toBe(403);
  expect(await status('/plugins/stock/widget/Bar.js', FRAME)).toBe(403);
  for (const path of [
    '/plugins',
    '/plugins/sales',
    '/plugins/sales/dashboards/main',
    '/plugins/sales/items',
    '/x',
  ])
    expect(await status(path), path).toBe(403);
  for (const act of ['trust-frontend', 'sandbox-frontend', 'revoke-frontend-trust'])
    expect(await status(`/plugins/sales/${act}`, {}, 'POST'), act).toBe(403);
  const elsewhere = new Request('https://sales.sandbox.example/login');
  expect((await server.fetch(elsewhere)).status).toBe(403);
  expect(await (await server.fetch(new Request('https://dash.example/login'))).text()).toBe('app');
});

test.each<[string, Partial<ServerOptions>, RegExp]>([
  [
    'no function',
    { ...NAMES, sandboxOrigin: 'https://x.example' as never },
    /"sandboxOrigin" is not a function/,
  ],
  ['no origins', { sandboxOrigin: () => 'https://x.example' }, /"sandboxOrigin" needs the option "origins"/],
  ...['', 'api', 'https://x.example/api', '/api; script-src *', '/a//b'].map(
    (publicBase): [string, Partial<ServerOptions>, RegExp] => [
      `the path ${publicBase}`,
      { publicBase },
      /"publicBase" is ".*", which is not a path\. Write the path of the host API as the browser sees it/,
    ],
  ),
  [
    'pages that no policy can name',
    { ...NAMES, origins: ['https://dash.example', 'http://[::1]:4173'] },
    /"sandboxOrigin" does not work with pages at "http:\/\/\[::1\]:4173"/,
  ],
  [
    'another word',
    { newPlugins: 'trusted' as never },
    /"newPlugins" is "trusted"\. Write "ask" or "sandboxed"\./,
  ],
])('refuses options with %s', async (_, options, message) => {
  await expect(makeHost(options)).rejects.toThrow(message);
});

test('refuses a frame’s origin that is the host’s own', async () => {
  const { post, send } = await makeHost({ ...NAMES, sandboxOrigin: () => 'https://dash.example' });
  await post('/plugins/sales/sandbox-frontend');
  await detailOf(await send(sandboxPageUrl('sales', 19)), 500);
  expectConsole(
    /sandboxOrigin\("sales"\) is "https:\/\/dash\.example", which is an origin of the host’s own pages/,
  );
});

test('refuses a frame’s origin that no policy can name', async () => {
  const { post, send } = await makeHost({ ...NAMES, sandboxOrigin: () => 'http://[::1]:4173' });
  await post('/plugins/sales/sandbox-frontend');
  await detailOf(await send(sandboxPageUrl('sales', 19)), 500);
  expectConsole(
    /sandboxOrigin\("sales"\) is "http:\/\/\[::1\]:4173", which a Content-Security-Policy cannot name/,
  );
});

test('names the own origin for pages that no policy can name', async () => {
  const { server } = await makeHost({ origins: ['http://[::1]:4173', 'http://[::1]:4174'] });
  expect(await server.frameSources()).toEqual(["'self'"]);
});

test.each([
  '/plugins',
  '/plugins?dashboard=sales/main',
  '/plugins/sales',
  '/plugins/sales/frontend-components',
  '/plugins/sales/dashboards/main',
  '/plugins/sales/widget/Map.js',
  '/widget-runtime/react.js',
  '/plugins/sales/trust-frontend',
  '/plugins/sales/sandbox-frontend',
  '/plugins/sales/revoke-frontend-trust',
  '/plugins/sales/install',
  '/plugins/sales/settings',
  '/plugins/sales/Settings',
  '/plugins/sales/%73ettings',
  '/plugins/sales/components',
  '/plugins/sales/enable',
  '/plugins/sales/disable',
  '/plugins/sales/update',
  '/plugins/sales/reload',
  '/plugins/stock/items',
  '/query',
  '/../logout',
  '/plugins/sales/..%2fstock/items',
])('refuses %s to a request that is marked as a sandboxed plugin’s', async (path) => {
  const { send, block } = await makeHost({ notFound: () => new Response('app') });
  for (const method of ['GET', 'POST']) {
    const response = await send(path, { method, headers: { [WIDGET_HEADER.toLowerCase()]: 'sales' } });
    expect(await detailOf(response, 403)).toMatch(
      /The request is from the sandboxed plugin "sales" \(X-NousViz-Widget\)/,
    );
  }
  expect(await block()).toMatchObject({ needs_consent: true });
});

test('passes a marked request for a plugin’s own route on, with its mark', async () => {
  const { send } = await makeHost({
    notFound: ({ headers }) => new Response(headers.get(WIDGET_HEADER)),
  });
  const marked = (id: string) => send('/plugins/sales/items?x=1', { headers: { [WIDGET_HEADER]: id } });
  expect(await (await marked('sales')).text()).toBe('sales');
  for (const id of ['', 'stock', 'sales, sales', 'SALES']) await detailOf(await marked(id), 403);
});

test('lets named origins read a refusal, and send the mark', async () => {
  const { send } = await makeHost({ origins: ['https://dash.example'] });
  const headers = { Origin: 'https://dash.example', [WIDGET_HEADER]: 'sales' };
  const response = await send('/plugins', { headers });
  expect(response.headers.get('access-control-allow-origin')).toBe('https://dash.example');
  const preflight = await send('/plugins', {
    method: 'OPTIONS',
    headers: { Origin: 'https://dash.example', 'Access-Control-Request-Method': 'GET' },
  });
  expect(preflight.headers.get('access-control-allow-headers')).toContain(WIDGET_HEADER);
});

test.each([
  ['/api/plugins/sales/settings', 'sales', 'localhost'],
  ['/api/plugins/stock/../sales/items', 'sales', 'localhost'],
  ['/logout', 'sales', 'localhost'],
  ['/login', undefined, 'sales.sandbox.example'],
])('keeps %s of the app from the request of a sandboxed plugin (Node)', async (path, mark, host) => {
  const { server } = await makeHost(NAMES);
  const handler = toNodeHandler(server);
  const app = createHttpServer((request, response) =>
    handler(request, response, () => response.end(`app ${request.headers['x-nousviz-widget']}`)),
  );
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  onTestFinished(() => void app.close());
  const { port } = app.address() as AddressInfo;
  const ask = async (sent: string, headers: Record<string, string>) => {
    const asked = get({ host: '127.0.0.1', port, path: sent, headers, agent: false });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return `${response.statusCode} ${Buffer.concat(await response.toArray())}`;
  };
  expect(await ask(path, { host, ...(mark && { [WIDGET_HEADER]: mark }) })).toMatch(/^403 {"detail":"/);
  const own = { host: 'dash.example', [WIDGET_HEADER]: 'sales' };
  expect(await ask('/api/plugins/sales/items', own)).toBe('200 app sales');
  expect(await ask('/login', { host: 'dash.example' })).toBe('200 app undefined');
});

test('sandboxes new plugins at once under the option, and undoes no decision', async () => {
  const { at, send, post, block } = await makeHost({ newPlugins: 'sandboxed' });
  expect(await block()).toMatchObject({ trusted: false, needs_consent: false, sandboxed: true });
  expect((await send('/plugins/sales/widget/Map.js', { headers: FRAME })).status).toBe(200);
  await post('/plugins/sales/revoke-frontend-trust');
  expect(await block()).toMatchObject({ needs_consent: true });
  const asking = await makeHost();
  expect(await asking.block()).toMatchObject({ needs_consent: true });
  expect((await asking.trust.grants()).size).toBe(0);
  const again = fileTrustStore(at('trust.jsonl'));
  const other = createServer({ plugins: at('plugins'), trust: again, newPlugins: 'sandboxed' });
  const list = await (await other.fetch(new Request('http://localhost/api/plugins'))).json();
  expect(list.plugins.map((entry: { id: string; frontend: object }) => [entry.id, entry.frontend])).toEqual([
    ['sales', expect.objectContaining({ needs_consent: true })],
    ['stock', expect.objectContaining({ sandboxed: true })],
  ]);
  expect((await again.grants()).get('stock')?.who).toBe('option newPlugins');
  await mkdir(at('plugins/late'));
  await writeFiles(at('plugins/late'), {
    'plugin.yaml': 'id: late\nfrontend: {components: [{name: Late, path: Late.js}]}',
  });
  const late = async () =>
    (await (await other.fetch(new Request('http://localhost/api/plugins/late'))).json()).frontend;
  expect(await late()).toMatchObject({ needs_consent: true });
  await writeFiles(at('plugins/late'), { 'Late.js': 'export default 4' });
  expect(await late()).toMatchObject({ sandboxed: true });
});
