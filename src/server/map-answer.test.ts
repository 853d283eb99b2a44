import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './folder.test.kit.ts';
import { createServer, fileTrustStore } from './index.ts';
import { sha256Of } from './trust/grant.ts';

const BUNDLE = 'export default () => null;\n//# sourceMappingURL=Chart.js.map\n';
const MAP = JSON.stringify({ version: 3, sources: ['widget/Chart.tsx'], names: [], mappings: 'AAAA' });
const hashOf = (text: string) => sha256Of(Buffer.from(text));
const URL_OF_MAP = '/widget/Chart.js.map';

async function makeServer(files: Record<string, string> = {}) {
  const folder = await makeFolder({
    'sales/plugin.yaml': `id: sales
version: 1.0.0
frontend:
  components:
    - { name: Chart, path: widget/dist/Chart.js }
    - { name: Same, path: widget/dist/Chart.js }
`,
    'sales/widget/dist/Chart.js': BUNDLE,
    'sales/widget/dist/Chart.js.map': MAP,
    'sales/widget/dist/Other.js.map': MAP,
    ...files,
  });
  const trust = fileTrustStore(join(folder, 'trust.jsonl'));
  const server = createServer({ plugins: folder, trust });
  const ask = (path: string, init?: RequestInit) =>
    server.fetch(new Request(`http://localhost/api/plugins/sales${path}`, init));
  const consent = async (bundles?: Record<string, string>) => {
    const body = bundles && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ bundles }),
    };
    const response = await ask('/trust-frontend', { method: 'POST', ...body });
    return { status: response.status, text: await response.text() };
  };
  const component = async () => {
    const { components } = (await (await ask('/frontend-components')).json()) as {
      components: Record<string, unknown>[];
    };
    return components[0]!;
  };
  return {
    ask,
    consent,
    component,
    write: (text: string) => writeFile(join(folder, 'sales/widget/dist/Chart.js.map'), text),
    remove: () => rm(join(folder, 'sales/widget/dist/Chart.js.map')),
  };
}

const seen = { 'Chart.js': hashOf(BUNDLE), 'Chart.js.map': hashOf(MAP) };

test('names the map while a decision is pending, and serves it as data after the consent', async () => {
  const { ask, consent, component } = await makeServer();
  expect((await ask(URL_OF_MAP)).status).toBe(403);
  expect(await component()).toMatchObject({ sha256: seen['Chart.js'], map: seen['Chart.js.map'] });
  expect((await consent(seen)).status).toBe(200);
  expect(await component()).not.toHaveProperty('map');
  const response = await ask(URL_OF_MAP);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  });
  expect(await response.text()).toBe(MAP);
  // Browsers find it from the bundle's URL with ?v=.
  const bundle = `http://localhost/api/plugins/sales/widget/Chart.js?v=${seen['Chart.js']}`;
  expect(new URL('Chart.js.map', bundle).pathname).toBe(`/api/plugins/sales${URL_OF_MAP}`);
  const etag = response.headers.get('etag')!;
  const again = await ask(URL_OF_MAP, { headers: { 'If-None-Match': etag } });
  expect([again.status, again.headers.get('content-type')]).toEqual([304, null]);
  await ask('/revoke-frontend-trust', { method: 'POST' });
  expect((await ask(URL_OF_MAP)).status).toBe(403);
});

test.each([
  ['a page that knows no maps', { 'Chart.js': hashOf(BUNDLE) }, 404],
  ['a page of NousViz 1.0, without hashes', undefined, 200],
])('serves the map after a consent of %s: %o', async (_, bundles, status) => {
  const { ask, consent } = await makeServer();
  expect((await consent(bundles)).status).toBe(200);
  const response = await ask(URL_OF_MAP);
  expect(response.status).toBe(status);
  if (status === 404) expect(await response.text()).toContain('was not part of the consent');
});

test('serves the map of the consent after it has changed or gone', async () => {
  const { ask, consent, component, write, remove } = await makeServer();
  await consent(seen);
  await write('{"version":3,"sources":["evil"],"names":[],"mappings":""}');
  expect(await (await ask(URL_OF_MAP)).text()).toBe(MAP);
  // It is data: another map alone asks for no decision.
  expect(await component()).not.toHaveProperty('changed');
  await remove();
  expect(await (await ask(URL_OF_MAP)).text()).toBe(MAP);
});

test('refuses a consent to another map than the one on disk', async () => {
  const { ask, consent, write, remove } = await makeServer();
  await write('{}');
  expect(await consent(seen)).toMatchObject({
    status: 409,
    text: expect.stringContaining('Chart.js.map has other bytes'),
  });
  await remove();
  expect(await consent(seen)).toMatchObject({
    status: 409,
    text: expect.stringContaining('Chart.js.map is missing'),
  });
  expect((await ask(URL_OF_MAP)).status).toBe(403);
});

test.each([
  ['of a file that is no component', '/widget/Other.js.map', 404],
  ['of a bundle that has none', '/widget/Chart.js.map', 404],
  ['of a map', '/widget/Chart.js.map.map', 400],
  ['of a style sheet', '/widget/Chart.css.map', 400],
  ['in another folder', '/widget/..%2FChart.js.map', 400],
])('refuses a map %s', async (_, path, status) => {
  const { ask, consent, remove } = await makeServer();
  await remove();
  await consent();
  expect((await ask(path)).status).toBe(status);
});
