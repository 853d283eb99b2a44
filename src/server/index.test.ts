import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import type { ServerType } from '@hono/node-server';
import { expect, onTestFinished, test } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { SHIMS } from '../contract/index.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { sha256Of } from './trust/grant.ts';
import { createServer, fileTrustStore } from './index.ts';
import type { ServerOptions } from './index.ts';

const SALES = `
id: sales
name: Sales
display_name: Sales figures
version: 1.0.0
trusted: true
frontend:
  trusted: true
  components:
    - {name: Map, path: widget/dist/Map.js}
    - {name: Gone, path: widget/dist/Gone.js}
    - {name: Leak, path: widget/dist/Leak.js}
`;

async function makeHost(options: Partial<ServerOptions> = {}) {
  const root = await makeFolder({
    'outside/secret.js': 'export const secret = 1',
    'outside/secret.yaml': 'secret: 1',
    'plugins/sales/plugin.yaml': SALES,
    'plugins/sales/widget/dist/Map.js': 'export default function Map() {}',
    'plugins/sales/widget/dist/Undeclared.js': 'export default 1',
    'plugins/sales/dashboards/main.yaml': 'title: Main\npanels:\n  - {type: custom, component: Map}\n',
    'plugins/sales/dashboards/broken.yaml': 'title: Broken\npanels: [\n',
    'plugins/plain/plugin.yaml': 'name: plain',
    'plugins/zz/plugin.yaml': 'frontend: {components: [{name: map, path: x.js}]}',
  });
  const at = (path: string) => join(root, path);
  await symlink(at('outside/secret.js'), at('plugins/sales/widget/dist/Leak.js'));
  await symlink(at('outside/secret.yaml'), at('plugins/sales/dashboards/leak.yaml'));
  const trust = fileTrustStore(at('data/trust.jsonl'));
  const { fetch: handler } = createServer({ plugins: at('plugins'), trust, ...options });
  const send = (path: string, init?: RequestInit) =>
    handler(new Request(new URL(path, 'http://localhost:4173'), init));
  const post = (path: string, init?: RequestInit) => send(path, { method: 'POST', ...init });
  return { root, at, trust, handler, send, post };
}

/** Checks that an answer is an error of the contract, and returns its detail. */
async function detailOf(response: Response, status: number): Promise<string> {
  const text = await response.text();
  expect(response.status, text).toBe(status);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const body = JSON.parse(text);
  expect(Object.keys(body)).toEqual(['detail']);
  return body.detail;
}

test.each(SHIMS)('serves the shim %s to everyone, with a validator (S1)', async (shim) => {
  const { send } = await makeHost({ operator: () => null });
  const url = `/api/widget-runtime/${shim}`;
  const response = await send(url, { headers: { Host: 'any.example', Origin: 'https://other.example' } });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(await readFile(new URL(`../../shims/${shim}`, import.meta.url), 'utf8'));
  expect(Object.fromEntries(response.headers)).toEqual({
    'access-control-allow-origin': '*',
    'cache-control': 'public, max-age=3600',
    'content-type': 'text/javascript; charset=utf-8',
    etag: expect.stringMatching(/^"[\w-]{43}"$/),
    'x-content-type-options': 'nosniff',
  });
  const etag = response.headers.get('etag')!;
  for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await send(url, { headers: { 'If-None-Match': tags } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  }
  expect((await send(url, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200);
});

test('lists trusted, waiting and refused plugins (P1)', async () => {
  const { send } = await makeHost();
  const response = await send('/api/plugins');
  expect(response.headers.get('cache-control')).toBe('private, no-cache');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await response.json()).toEqual({
    plugins: [
      {
        id: 'plain',
        revision: expect.any(String),
        name: 'plain',
        display_name: 'plain',
        version: '',
        dashboards: [],
        frontend: { components: [], trusted: false, needs_consent: false },
      },
      {
        id: 'sales',
        revision: expect.any(String),
        name: 'Sales',
        display_name: 'Sales figures',
        version: '1.0.0',
        dashboards: [{ name: 'broken' }, { name: 'main', label: 'Main' }],
        frontend: {
          components: [
            {
              name: 'Map',
              path: 'widget/dist/Map.js',
              filename: 'Map.js',
              exists_on_disk: true,
              sha256: sha256Of(Buffer.from('export default function Map() {}')),
              size: 32,
              findings: { api_paths: [], hosts: [], helpers: [], reaches: [], imports: [] },
            },
            { name: 'Gone', path: 'widget/dist/Gone.js', filename: 'Gone.js', exists_on_disk: false },
            { name: 'Leak', path: 'widget/dist/Leak.js', filename: 'Leak.js', exists_on_disk: false },
          ],
          trusted: false,
          needs_consent: true,
        },
      },
    ],
    refused: [{ id: 'zz', detail: expect.stringMatching(/^zz: frontend\.components\[0\]\.name is "map"/) }],
  });
});

test('lists plugins that are added and removed while it runs', async () => {
  const { at, send } = await makeHost();
  await writeFiles(at('plugins'), { 'new/plugin.yaml': 'id: new' });
  await rm(at('plugins/plain'), { recursive: true });
  const { plugins } = await (await send('/api/plugins')).json();
  expect(plugins.map(({ id }: { id: string }) => id)).toEqual(['new', 'sales']);
});

test('answers with one plugin, whose manifest cannot declare itself trusted (P2, T1)', async () => {
  const { send } = await makeHost();
  const plugin = await (await send('/api/plugins/sales')).json();
  const block = await (await send('/api/plugins/sales/frontend-components')).json();
  expect(plugin).toMatchObject({ id: 'sales', display_name: 'Sales figures', trusted: true });
  expect(plugin.frontend).toEqual(block);
  expect(block).toMatchObject({ trusted: false, needs_consent: true });
  expect(block.components).toHaveLength(3);
  expect(await (await send('/api/plugins/plain/frontend-components')).json()).toEqual({
    components: [],
    trusted: false,
    needs_consent: false,
  });
});

test.each(['', '/frontend-components', '/widget/Map.js', '/dashboards/main'])(
  'says that a plugin is not installed: %s',
  async (rest) => {
    const { send } = await makeHost();
    expect(await detailOf(await send(`/api/plugins/none${rest}`), 404)).toBe(
      'No plugin "none" is installed. Load the list of plugins again.',
    );
    expect(await detailOf(await send(`/api/plugins/constructor${rest}`), 404)).toContain('constructor');
    expect(await detailOf(await send(`/api/plugins/zz${rest}`), 404)).toMatch(
      /^Plugin refused\. zz: frontend/,
    );
  },
);

test('trusts and revokes, with operator and time (P3)', async () => {
  const { send, post, trust } = await makeHost({ operator: () => Promise.resolve('ada') });
  const trusted = await post('/api/plugins/sales/trust-frontend', { body: '' });
  expect(trusted.status).toBe(200);
  const body = await trusted.json();
  const block = await (await send('/api/plugins/sales/frontend-components')).json();
  expect(body).toEqual({ plugin_id: 'sales', trusted: true, components: block.components });
  expect(block).toMatchObject({ trusted: true, needs_consent: false });
  expect((await trust.grants()).get('sales')?.who).toBe('ada');
  for (let time = 0; time < 2; time += 1) {
    const revoked = await post('/api/plugins/sales/revoke-frontend-trust');
    expect([revoked.status, await revoked.json()]).toEqual([200, { plugin_id: 'sales', trusted: false }]);
  }
  expect((await send('/api/plugins/sales/widget/Map.js')).status).toBe(403);
});

test('refuses to trust a plugin that declares no components or is not installed', async () => {
  const { post, trust } = await makeHost();
  expect(await detailOf(await post('/api/plugins/plain/trust-frontend'), 400)).toContain('needs no trust');
  expect(await detailOf(await post('/api/plugins/none/trust-frontend'), 404)).toContain('"none"');
  expect(await detailOf(await post('/api/plugins/zz/trust-frontend'), 404)).toContain('Pascal');
  expect(await detailOf(await post('/api/plugins/none/revoke-frontend-trust'), 404)).toContain('"none"');
  expect((await post('/api/plugins/plain/revoke-frontend-trust')).status).toBe(200);
  expect((await trust.grants()).size).toBe(0);
});

test('revokes the trust of a plugin that is no longer installed', async () => {
  const { at, post, trust } = await makeHost();
  await post('/api/plugins/sales/trust-frontend');
  await rm(at('plugins/sales'), { recursive: true });
  expect((await post('/api/plugins/sales/revoke-frontend-trust')).status).toBe(200);
  expect((await trust.grants()).size).toBe(0);
});

test('trusts no plugin without components, whatever the store says', async () => {
  const { send, trust } = await makeHost();
  await trust.consent('plain', 'ada', new Map());
  expect(await (await send('/api/plugins/plain/frontend-components')).json()).toMatchObject({
    trusted: false,
  });
});

const asAda = (headers: Record<string, string>) => ({ headers: { 'x-user': 'ada', ...headers } });

test.each(['trust-frontend', 'revoke-frontend-trust'])('refuses %s from another site', async (action) => {
  const { post, trust } = await makeHost({ operator: ({ headers }) => headers.get('x-user') });
  const url = `/api/plugins/sales/${action}`;
  await trust.consent('sales', 'bob', new Map());
  expect(await detailOf(await post(url, asAda({ origin: 'https://evil.example' })), 403)).toContain('evil');
  expect(await detailOf(await post(url, asAda({ 'sec-fetch-site': 'cross-site' })), 403)).toContain(
    'cross-site',
  );
  expect(await detailOf(await post(url, asAda({ host: 'evil.example' })), 403)).toContain('option "origins"');
  expect(await detailOf(await post(url), 401)).toContain('Sign in');
  expect((await trust.grants()).get('sales')?.who).toBe('bob');
  const own = { host: 'localhost:4173', origin: 'http://localhost:4173', 'sec-fetch-site': 'same-origin' };
  expect((await post(url, asAda(own))).status).toBe(200);
  expect((await trust.grants()).get('sales')?.who).not.toBe('bob');
});

/** Every route of the host API with the answers of a plugin. */
const OWN_ROUTES = [
  '',
  '?dashboard=sales/main',
  '/sales',
  '/sales/frontend-components',
  '/sales/widget/Map.js',
  '/sales/dashboards/main',
];

test.each(OWN_ROUTES)('answers /api/plugins%s only under its own names (P3)', async (path) => {
  const { send, post } = await makeHost({ origins: ['https://nous.example'] });
  await post('/api/plugins/sales/trust-frontend');
  const get = (headers: Record<string, string>) => send(`/api/plugins${path}`, { headers });
  for (const host of ['nous.example', 'nous.example:8080', 'localhost:1', '[::1]', '10.0.0.5'])
    expect((await get({ host })).status, host).toBe(200);
  const rebound = { host: 'evil.example', 'sec-fetch-site': 'same-origin' };
  expect(await detailOf(await get(rebound), 403)).toContain('Host name "evil.example"');
  // A proxy that replaces the name passes on the origin.
  expect((await get({ host: 'backend', origin: 'https://nous.example' })).status).toBe(200);
});

test.each(OWN_ROUTES)('shares /api/plugins%s with the pages of named origins only (P4)', async (path) => {
  const origin = 'https://dash.example.com';
  const { send, post } = await makeHost({ origins: [origin, 'https://nous.example'] });
  await post('/api/plugins/sales/trust-frontend');
  const get = async (headers: Record<string, string>) =>
    (await send(`/api/plugins${path}`, { headers })).headers;
  const shared = await get({ origin });
  expect(shared.get('access-control-allow-origin')).toBe(origin);
  expect(shared.get('vary')).toMatch(/\bOrigin\b/);
  expect(shared.get('x-content-type-options')).toBe('nosniff');
  for (const other of [{}, { origin: 'https://evil.example' }, { origin: 'null' }]) {
    const headers = await get(other);
    expect(headers.has('access-control-allow-origin')).toBe(false);
    // A cache must not give this answer to a page of the named origin.
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
  }
  const alone = await makeHost();
  await alone.post('/api/plugins/sales/trust-frontend');
  const { headers } = await alone.send(`/api/plugins${path}`, { headers: { origin } });
  expect(headers.has('access-control-allow-origin')).toBe(false);
  expect(headers.get('vary') ?? '').not.toMatch(/\bOrigin\b/);
});

test('lets the pages of a named origin send consent, after a preflight', async () => {
  const origin = 'https://dash.example.com';
  const { post, send } = await makeHost({ origins: [origin], operator: () => null });
  const url = '/api/plugins/sales/trust-frontend';
  const preflight = (from: string) =>
    send(url, {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-session-token',
      },
    });
  const { status, headers } = await preflight(origin);
  expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
  expect(headers.get('access-control-allow-methods')).toContain('POST');
  expect(headers.get('access-control-allow-headers')).toBe('Content-Type,X-Session-Token,X-NousViz-Widget');
  expect((await preflight('https://evil.example')).headers.has('access-control-allow-origin')).toBe(false);
  // The page can read errors as well.
  for (const [path, code] of [
    [url, 401],
    ['/api/plugins/none/trust-frontend', 401],
  ] as const) {
    const refused = await post(path, { headers: { origin, 'sec-fetch-site': 'cross-site' } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([code, origin]);
  }
  const broken = await send('/api/plugins/sales/dashboards/broken', { headers: { origin } });
  expect([broken.status, broken.headers.get('access-control-allow-origin')]).toEqual([422, origin]);
});

test('refuses consent without hashes if the option says so (P3)', async () => {
  expectConsole(/The consent to "sales" was refused with HTTP 400: /);
  const { post, trust } = await makeHost({ requireHashes: true });
  const url = '/api/plugins/sales/trust-frontend';
  for (const init of [{}, { body: '' }, { headers: { 'content-type': 'application/json' } }])
    expect(await detailOf(await post(url, init), 400)).toContain('requires the hashes of the reviewed files');
  expect((await trust.grants()).size).toBe(0);
  const sha256 = sha256Of(Buffer.from('export default function Map() {}'));
  const answer = await post(url, { body: JSON.stringify({ bundles: { 'Map.js': sha256 } }) });
  expect(await answer.json()).toMatchObject({
    trusted: true,
    components: [{ filename: 'Map.js', sha256 }, {}, {}],
  });
  expect((await post('/api/plugins/sales/revoke-frontend-trust')).status).toBe(200);
});

test('names the routes of the host API', () => {
  const options = { plugins: '.', trust: fileTrustStore('trust.jsonl') };
  const { isRoute } = createServer({ ...options, base: '/nous/api' });
  for (const path of [
    'plugins',
    'plugins?x',
    'plugins/a/widget/A.js?v=1',
    'widget-runtime/react.js',
    'plugins/%61',
  ])
    expect(isRoute(`/nous/api/${path}`), path).toBe(true);
  for (const path of [
    '/nous/api',
    '/nous/api/plugins/a/items',
    '/api/plugins',
    '/',
    '',
    '*',
    '//nous/api/plugins',
    'http://x/',
  ])
    expect(isRoute(path), path).toBe(false);
});

test('serves the bundle of a trusted plugin (P4)', async () => {
  const { send, post, at } = await makeHost();
  await post('/api/plugins/sales/trust-frontend');
  const url = '/api/plugins/sales/widget/Map.js';
  const response = await send(url);
  expect(await response.text()).toBe('export default function Map() {}');
  expect(Object.fromEntries(response.headers)).toEqual({
    'cache-control': 'no-cache',
    'content-type': 'text/javascript; charset=utf-8',
    etag: expect.any(String),
    'x-content-type-options': 'nosniff',
  });
  const headers = { 'If-None-Match': response.headers.get('etag')! };
  expect((await send(url, { headers })).status).toBe(304);
  await writeFiles(at('plugins/sales'), { 'widget/dist/Map.js': 'export default function New() {}' });
  expect((await send(url, { headers })).status).toBe(304);
  await post('/api/plugins/sales/revoke-frontend-trust');
  expect((await send(url, { headers })).status).toBe(403);
});

test('refuses bundles in the order of the contract (P4)', async () => {
  const { send, post } = await makeHost();
  const bundle = async (name: string, status: number, id = 'sales') =>
    detailOf(await send(`/api/plugins/${id}/widget/${name}`), status);
  expect(await bundle('Map.mjs', 400, 'none')).toContain('cannot be a bundle’s file name');
  expect(await bundle('Map.js', 404, 'none')).toContain('No plugin');
  expect(await bundle('Map.js', 403)).toBe('sales waits for a decision. Review it under Settings → Plugins.');
  expect(await bundle('Undeclared.js', 403)).toContain('waits for a decision');
  await post('/api/plugins/sales/trust-frontend');
  expect(await bundle('Undeclared.js', 404)).toContain('declares no component in Undeclared.js');
  expect(await bundle('Gone.js', 404)).toContain('widget/dist/Gone.js is not a file');
  expect(await bundle('Leak.js', 404)).toContain('links may not leave its folder');
});

const TRAVERSALS = [
  '..%2f..%2fplugin.yaml.js',
  '..%5c..%5cx.js',
  '%2e%2e%2fx.js',
  '%252e%252e%252fx.js',
  'Map.js%00',
  'Map%00.js',
  'Map.js%0a',
  '%ff.js',
  '%.js',
  'C:%5cx.js',
  'x.js%3fa',
  'Mäp.js',
];

test.each(TRAVERSALS)('refuses the bundle name %s', async (name) => {
  const { send, post } = await makeHost();
  await post('/api/plugins/sales/trust-frontend');
  await detailOf(await send(`/api/plugins/sales/widget/${name}`), 400);
});

test.each([...TRAVERSALS, '.hidden', '..%2fplugin'])('refuses the dashboard name %s', async (name) => {
  const { send } = await makeHost();
  await detailOf(await send(`/api/plugins/sales/dashboards/${name}`), 400);
});

test.each([
  '/api/plugins/sales/widget/../../../outside/secret.js',
  '/api/plugins/sales/widget/%2e%2e/plugin.yaml',
  '/api/plugins/sales/widget/dist/Map.js',
  '/api/plugins/..%2f..%2foutside',
  '/api/plugins/%00',
  '/api/widget-runtime/generate.js',
  '/api/widget-runtime/..%2fpackage.json',
  '/api/plugins/',
  '/api//plugins',
  '/api',
  '/',
])('answers 404 at %s', async (path) => {
  const { send } = await makeHost();
  await detailOf(await send(path), 404);
});

test('serves dashboards as JSON, trusted or not (P5)', async () => {
  const { send } = await makeHost();
  const response = await send('/api/plugins/sales/dashboards/main');
  const etag = response.headers.get('etag')!;
  expect(Object.fromEntries(response.headers)).toEqual({
    'cache-control': 'private, no-cache',
    'content-type': 'application/json',
    etag: expect.stringMatching(/^W\/"[\w-]{43}"$/),
    vary: 'Accept-Encoding',
    'x-content-type-options': 'nosniff',
  });
  const again = await send('/api/plugins/sales/dashboards/main', { headers: { 'If-None-Match': etag } });
  expect([again.status, again.headers.get('etag')]).toEqual([304, etag]);
  expect(await response.json()).toEqual({ title: 'Main', panels: [{ type: 'custom', component: 'Map' }] });
  const detail = async (name: string, status: number) =>
    detailOf(await send(`/api/plugins/sales/dashboards/${name}`), status);
  expect(await detail('none', 404)).toContain('has no dashboard "none"');
  expect(await detail('leak', 404)).toContain('has no dashboard');
  expect(await detail('broken', 422)).toMatch(/^sales: dashboards\/broken\.yaml:3:1: .*\[YAML_INVALID\]$/);
});

test('does not serve a declared dashboard that is missing or outside the folder', async () => {
  const { at, send } = await makeHost();
  await writeFiles(at('plugins'), {
    'sales/plugin.yaml': 'dashboards: [{name: out, path: dashboards/leak.yaml}, gone]',
  });
  for (const name of ['out', 'gone'])
    expect(await detailOf(await send(`/api/plugins/sales/dashboards/${name}`), 404)).toContain(
      'is not a file in',
    );
});

test('answers HEAD like GET, without a body', async () => {
  const { send, post } = await makeHost();
  await post('/api/plugins/sales/trust-frontend');
  for (const path of [
    'widget-runtime/react.js',
    'plugins',
    'plugins/sales/widget/Map.js',
    'plugins/sales/dashboards/main',
  ]) {
    const [head, get] = [await send(`/api/${path}`, { method: 'HEAD' }), await send(`/api/${path}`)];
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
  }
});

test.each([
  ['DELETE', '/api/plugins', 'GET, HEAD'],
  ['OPTIONS', '/api/plugins/sales/widget/Map.js', 'GET, HEAD'],
  ['PROPFIND', '/api/widget-runtime/react.js', 'GET, HEAD'],
  ['POST', '/api/plugins/sales/dashboards/main', 'GET, HEAD'],
  ['GET', '/api/plugins/sales/trust-frontend', 'POST'],
  ['PUT', '/api/plugins/sales/revoke-frontend-trust', 'POST'],
])('answers %s %s with 405', async (method, path, allow) => {
  const { send, trust } = await makeHost();
  const response = await send(path, { method });
  expect(response.headers.get('allow')).toBe(allow);
  expect(await detailOf(response, 405)).toContain(`Use ${allow}`);
  expect((await send('/api/plugins/sales/trust-frontend', { method: 'HEAD' })).status).toBe(405);
  expect((await trust.grants()).size).toBe(0);
});

test('passes all other requests to notFound, and returns its answer unchanged', async () => {
  const { send } = await makeHost({
    notFound: async (request) =>
      new Response(`${request.method} ${new URL(request.url).pathname}: ${await request.text()}`, {
        status: 418,
      }),
  });
  const response = await send('/api/plugins/sales/items?x=1', { method: 'PATCH', body: 'hello' });
  expect([response.status, await response.text()]).toEqual([418, 'PATCH /api/plugins/sales/items: hello']);
  expect(response.headers.has('x-content-type-options')).toBe(false);
  expect((await send('/api/widget-runtime/react-server.js')).status).toBe(418);
  expect((await send('/plugins')).status).toBe(418);
});

test.each(['/nous/api', '/nous/api/', '/', ''])('answers below the base "%s"', async (base) => {
  const { send, post } = await makeHost({ base });
  const at = base.replace(/\/$/, '');
  expect((await send(`${at}/widget-runtime/react.js`)).status).toBe(200);
  expect((await post(`${at}/plugins/sales/trust-frontend`)).status).toBe(200);
  expect((await send(`${at}/plugins/sales/widget/Map.js`)).status).toBe(200);
  expect((await send('/api/plugins')).status).toBe(404);
});

test.each([
  ['an error', new Error('secret at /srv/private.ts:3')],
  ['null', null],
])('answers 500 when %s is thrown, and writes the reason only to the log', async (_, thrown) => {
  const { send, post } = await makeHost({
    operator: () => Promise.reject(thrown),
    notFound: () => {
      throw thrown;
    },
  });
  expectConsole(thrown ? /private/ : /null/);
  for (const response of [await send('/api/x'), await post('/api/plugins/sales/trust-frontend')])
    expect(await detailOf(response, 500)).toBe('The host API failed. Read the reason in the server’s log.');
});

test('answers 500 for a missing plugins folder', async () => {
  const { send } = await makeHost({ plugins: '/nowhere/plugins' });
  expectConsole(/ENOENT.*\/nowhere\/plugins/);
  expect(await detailOf(await send('/api/plugins'), 500)).not.toContain('nowhere');
});

test('works behind a real server, with raw paths and host names', async () => {
  const { handler } = await makeHost();
  const address = await new Promise<string>((resolve) => {
    const server: ServerType = serve({ fetch: handler, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    );
    onTestFinished(() => void server.close());
  });
  const trusted = await fetch(`${address}/api/plugins/sales/trust-frontend`, {
    method: 'POST',
  });
  expect(trusted.status).toBe(200);
  expect((await fetch(`${address}/api/plugins/sales/widget/Map.js`)).status).toBe(200);
  expect((await fetch(`${address}/api/plugins/sales/widget/..%2f..%2fplugin.js`)).status).toBe(400);
  const head = await fetch(`${address}/api/plugins`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});
