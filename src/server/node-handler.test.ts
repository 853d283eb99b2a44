import { createServer as createHttp, request as send, type RequestListener } from 'node:http';
import type { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { makeFolder } from './folder.test.kit.ts';
import { createServer, fileTrustStore, toNodeHandler, type ServerOptions } from './index.ts';
import { sha256Of } from './trust/grant.ts';

const BUNDLE = 'export default function Map() {}';
const SHA = sha256Of(Buffer.from(BUNDLE));

async function makeHandler(options: Partial<ServerOptions> = {}) {
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': 'id: sales\nfrontend: {components: [{name: Map, path: Map.js}]}',
    'plugins/sales/Map.js': BUNDLE,
  });
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  return toNodeHandler(createServer({ plugins: join(root, 'plugins'), trust, ...options }));
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createHttp(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('has the types that Node’s servers and Express expect', async () => {
  const handler = await makeHandler();
  const listener: RequestListener = handler;
  const secure: Parameters<typeof createSecureServer>[1] = handler;
  const middleware: RequestHandler = handler;
  expect([listener, secure, middleware]).toEqual([handler, handler, handler]);
});

const consent = (url: string, sha256: string) =>
  fetch(`${url}/plugins/sales/trust-frontend`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ bundles: { 'Map.js': sha256 } }),
  });

async function expectHostApi(url: string) {
  expect((await consent(url, '0'.repeat(64))).status).toBe(409);
  expect((await consent(url, SHA)).status).toBe(200);
  expect(await (await fetch(`${url}/plugins/sales/widget/Map.js`)).text()).toBe(BUNDLE);
  expect((await fetch(`${url}/widget-runtime/react.js`)).status).toBe(200);
}

test('is a listener for Node’s http, which answers other requests with notFound', async () => {
  const url = await listen(await makeHandler({ notFound: () => new Response('mine', { status: 418 }) }));
  await expectHostApi(`${url}/api`);
  const other = await fetch(`${url}/api/plugins/sales/items`, { method: 'POST', body: 'x' });
  expect([other.status, await other.text()]).toEqual([418, 'mine']);
});

test('is a middleware of Express, which passes on all other requests with their bodies', async () => {
  const app = express();
  app.use(await makeHandler());
  app.use(express.json());
  app.post('/api/plugins/sales/items', ({ body, url }, response) => void response.json({ body, url }));
  const url = await listen(app);
  await expectHostApi(`${url}/api`);
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '[1]' };
  const other = await fetch(`${url}/api/plugins/sales/items?x`, init);
  expect(await other.json()).toEqual({ body: [1], url: '/api/plugins/sales/items?x' });
});

test.each(['/nous', '/nous/api'])('answers when Express mounts it at %s', async (path) => {
  const app = express();
  app.use(path, await makeHandler({ base: '/nous/api' }));
  app.use(path, ({ url }, response) => void response.send(url));
  const url = await listen(app);
  await expectHostApi(`${url}/nous/api`);
  expect(await (await fetch(`${url}${path}/other`)).text()).toBe('/other');
  expect((await fetch(`${url}/api/plugins`)).status).toBe(404);
});

test('passes errors of the next middleware on', async () => {
  const handler = await makeHandler();
  const fail = () => handler({ url: '/x' } as never, {} as never, () => Promise.reject(new Error('next')));
  await expect(fail()).rejects.toThrow('next');
});

test('refuses a body of 10 MB while the client still sends it', async () => {
  expectConsole(/The consent to "sales" was refused with HTTP 413: /);
  const url = await listen(await makeHandler());
  const answered = new Promise<number | undefined>((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' };
    const request = send(
      `${url}/api/plugins/sales/trust-frontend`,
      { method: 'POST', headers },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    request.on('error', reject);
    request.end(Buffer.alloc(10_000_000, 'x'));
  });
  expect(await answered).toBe(413);
});
