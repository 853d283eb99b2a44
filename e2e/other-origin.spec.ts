import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { dashboard, expect } from './test.ts';
import { test } from './small-app.ts';

const WIDGET = `
import { useState } from '/api/widget-runtime/react.js';
import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default function Widget({ pluginId }) {
  const [text, setText] = useState('Send');
  const send = async () => {
    const url = '/api/plugins/' + pluginId + '/items';
    const { apiFetch } = window.NousViz.widgets;
    const answer = await apiFetch(url, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } });
    setText('Answered by ' + (await answer.json()).by);
  };
  return jsx('button', { onClick: send, children: text });
}`;

const appFor = (apiBase: string) => `
import { createHost, Dashboard, HostProvider } from '@nousviz/widget-runtime';
import { createRoot } from 'react-dom/client';
const host = createHost({ apiBase: '${apiBase}', getSessionToken: () => 'secret' });
createRoot(document.getElementById('root')).render(
  <HostProvider host={host}><Dashboard pluginId="sales" name="main" /></HostProvider>,
);`;

test('a page shows widgets of a host API on another origin', async ({ serve, bundle, page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'nousviz-'));
  const plugin = join(folder, 'plugins/sales');
  await mkdir(join(plugin, 'dashboards'), { recursive: true });
  const files = {
    'plugin.yaml': 'id: sales\nfrontend:\n  components:\n    - { name: Chart, path: Chart.js }\n',
    'Chart.js': WIDGET,
    'dashboards/main.yaml': dashboard('Chart'),
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(plugin, path), text);
  const { createServer, fileTrustStore } = await import('@nousviz/widget-runtime/server');
  const api = createServer({
    plugins: join(folder, 'plugins'),
    trust: fileTrustStore(join(folder, 'trust.jsonl')),
    notFound: () => Response.json({ by: 'the API' }),
  });

  // The headers that the guide names.
  const app = new Hono();
  app.use(
    cors({
      origin: (origin) => origin,
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['X-Session-Token', 'Content-Type'],
    }),
  );
  app.all('*', ({ req }) => api.fetch(req.raw));
  const remote = await serve((request) => app.fetch(request));
  const apiBase = `${remote.url}api`;
  await fetch(`${apiBase}/plugins/sales/trust-frontend`, { method: 'POST' });

  const answerPage = await bundle(appFor(apiBase));
  const own = await serve(answerPage);
  await page.goto(own.url);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('button', { name: 'Answered by the API' })).toBeVisible();

  const requested = (requests: Request[]) => requests.map(({ url }) => new URL(url).pathname);
  expect(requested(own.requests).filter((path) => path.startsWith('/api'))).toEqual([]);
  expect(own.requests.filter(({ headers }) => headers.has('X-Session-Token'))).toEqual([]);
  expect(requested(remote.requests)).toEqual(
    expect.arrayContaining([
      '/api/plugins/sales/dashboards/main',
      '/api/plugins/sales/widget/Chart.js',
      '/api/widget-runtime/react.js',
      '/api/plugins/sales/items',
    ]),
  );
  const isScript = /\/widget(-runtime)?\//;
  const sent = remote.requests.filter(({ method }) => method !== 'OPTIONS').slice(1);
  for (const { url, headers } of sent)
    expect(headers.get('X-Session-Token'), url).toBe(isScript.test(url) ? null : 'secret');
  await rm(folder, { recursive: true, force: true });
});

test('a page whose own server answers for the host API says that a proxy is missing', async ({
  serve,
  bundle,
  page,
  expected,
}) => {
  expected.push(/API_MISROUTED/);
  const { url } = await serve(await bundle(appFor('/api')));
  await page.goto(url);
  const card = page.getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'API_MISROUTED');
  await expect(card).toContainText(
    '/api/plugins/sales/dashboards/main?with=list was answered with text/html (HTTP 200)',
  );
  await expect(card).toContainText('A dev server needs a proxy');
});
