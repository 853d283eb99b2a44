import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import express, { type RequestHandler } from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { readConsent } from './consent-body.ts';
import { makeFolder } from './folder.test.kit.ts';
import { sha256Of } from './trust/grant.ts';
import { createServer as createHostApi, fileTrustStore, type ServerOptions } from './index.ts';

const BUNDLE = 'export default function Map() {}';
const SHA = sha256Of(Buffer.from(BUNDLE));
const ZEROS = '0'.repeat(64);
const REMEDY = /before body parsers such as express\.json\(\), or pass on the raw body/;

const requestOf = (body?: BodyInit, headers: Record<string, string> = {}) =>
  new Request('http://localhost/', { method: 'POST', headers, ...(body !== undefined && { body }) });

test.each<[string, Request]>([
  ['none at all', requestOf()],
  ['none at all, of a type', requestOf(undefined, { 'content-type': 'application/json' })],
  ['none at all, of length 0', requestOf('', { 'content-length': '0' })],
])('reads a body as consent to the files on disk: %s', async (_, request) => {
  expect(await readConsent(request)).toEqual({ reviewed: undefined });
});

test.each<[string, string, [string, string][]]>([
  ['a hash', `{"bundles": {"Map.js": "${SHA}"}}`, [['Map.js', SHA]]],
  ['no files', '{"bundles": {}}', []],
  ['other fields', `{"bundles": {"Map.js": "${SHA}"}, "note": 1}`, [['Map.js', SHA]]],
])('reads the reviewed hashes from a body with %s', async (_, body, hashes) => {
  expect(await readConsent(requestOf(body))).toEqual({ reviewed: new Map(hashes) });
});

const used = async () => {
  const request = requestOf(`{"bundles": {"Map.js": "${SHA}"}}`);
  await request.text();
  return request;
};
const locked = async () => {
  const request = requestOf(`{"bundles": {"Map.js": "${SHA}"}}`);
  request.body!.getReader();
  return request;
};

test.each<[string, () => Request | Promise<Request>]>([
  ['announced by its length and absent', () => requestOf(undefined, { 'content-length': '80' })],
  ['announced by its length and empty', () => requestOf('', { 'content-length': '80' })],
  ['announced by a length that is not a number', () => requestOf('', { 'content-length': '80, 80' })],
  ['announced by its encoding and empty', () => requestOf('', { 'transfer-encoding': 'chunked' })],
  ['read before', used],
  ['locked by a reader', locked],
  ['of spaces', () => requestOf(' \n')],
  ['that is not JSON', () => requestOf('{')],
  ['that an adapter made from an object', () => requestOf('[object Object]')],
  ['null', () => requestOf('null')],
  ['a string', () => requestOf('"x"')],
  ['a list', () => requestOf('[]')],
  ['without bundles', () => requestOf('{}')],
  ['with hashes in the wrong place', () => requestOf(`{"Map.js": "${SHA}"}`)],
  ['with bundles: null', () => requestOf('{"bundles": null}')],
  ['with bundles: a list', () => requestOf('{"bundles": ["Map.js"]}')],
  ['with bundles: a string', () => requestOf(`{"bundles": "${SHA}"}`)],
  ['with a hash that is a number', () => requestOf('{"bundles": {"Map.js": 1}}')],
  ['with a hash that is null', () => requestOf('{"bundles": {"Map.js": null}}')],
  ['with a hash in a list', () => requestOf(`{"bundles": {"Map.js": ["${SHA}"]}}`)],
  ['with a hash that is too short', () => requestOf('{"bundles": {"Map.js": "abc"}}')],
  ['with a path for a file name', () => requestOf(`{"bundles": {"../Map.js": "${SHA}"}}`)],
  ['with a file name of every object', () => requestOf(`{"bundles": {"__proto__": "${SHA}"}}`)],
])('refuses a body %s, with a remedy', async (_, make) => {
  const { refusal } = (await readConsent(await make())) as { refusal?: { status: number; detail: string } };
  expect(refusal).toEqual({ status: 400, detail: expect.stringMatching(REMEDY) });
  expect(refusal!.detail).not.toContain('no body');
});

test.each([
  ['reads a large body to its end', 10_000_000, false],
  ['stops reading a body without an end', Infinity, true],
])('%s, and refuses it', async (_, length, isCancelled) => {
  let [sent, cancelled] = [0, false];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= length) return controller.close();
      sent += 1_000_000;
      controller.enqueue(new Uint8Array(1_000_000).fill(32));
    },
    cancel: () => void (cancelled = true),
  });
  const init = { method: 'POST', body, duplex: 'half' } as const;
  const answer = await readConsent(new Request('http://localhost/', init));
  expect(answer).toMatchObject({ refusal: { status: 413 } });
  expect(cancelled).toBe(isCancelled);
});

/** Starts an Express app with the host API, after other middleware. */
async function listen(before: RequestHandler[], options: Partial<ServerOptions> = {}) {
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': 'id: sales\nfrontend: {components: [{name: Map, path: Map.js}]}',
    'plugins/sales/Map.js': BUNDLE,
  });
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  const listener = getRequestListener(
    createHostApi({ plugins: join(root, 'plugins'), trust, ...options }).fetch,
  );
  const app = express();
  for (const middleware of before) app.use(middleware);
  app.use((incoming, outgoing) => listener(incoming, outgoing));
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const post = async (action: string, init: RequestInit = {}) => {
    const url = `http://127.0.0.1:${port}/api/plugins/sales/${action}`;
    const response = await fetch(url, { method: 'POST', ...init });
    return { status: response.status, body: await response.json() };
  };
  const consent = (bundles: unknown) =>
    post('trust-frontend', {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(bundles === undefined ? {} : { bundles }),
    });
  const isTrusted = async () => (await trust.grants()).has('sales');
  return { post, consent, isTrusted };
}

const streamed = (text: string) => ({
  headers: { 'Content-Type': 'application/json' },
  body: new Blob([text]).stream(),
  duplex: 'half' as const,
});

test.each<[string, RequestHandler[]]>([
  ['express.json()', [express.json()]],
  ['express.text()', [express.text({ type: '*/*' })]],
  ['express.raw()', [express.raw({ type: '*/*' })]],
])('trusts nothing after %s has read the hashes', async (_, parsers) => {
  expectConsole(/refused with HTTP 400: The body .* mount the handler before body parsers/);
  const { post, consent, isTrusted } = await listen(parsers);
  const refused = { status: 400, body: { detail: expect.stringMatching(REMEDY) } };
  expect(await consent({ 'Map.js': ZEROS })).toEqual(refused);
  expect(await consent({ 'Map.js': SHA })).toEqual(refused);
  expect(await post('trust-frontend', streamed(`{"bundles": {"Map.js": "${ZEROS}"}}`))).toEqual(refused);
  expect(await isTrusted()).toBe(false);
});

test('reads the hashes if no parser has read them, or if the parser passes the raw body on', async () => {
  expectConsole(/The consent to "sales" was refused with HTTP 400: /);
  const passRawBody = express.json({
    verify: (incoming, _, rawBody) => void Object.assign(incoming, { rawBody }),
  });
  for (const parsers of [[], [passRawBody]]) {
    const { consent, isTrusted } = await listen(parsers);
    expect((await consent({ 'Map.js': ZEROS })).status).toBe(409);
    expect((await consent(undefined)).status).toBe(400);
    expect(await isTrusted()).toBe(false);
    expect(await consent({ 'Map.js': SHA })).toMatchObject({ status: 200, body: { trusted: true } });
  }
});

test('accepts consent without a body after express.json(), and revokes trust', async () => {
  const { post, isTrusted } = await listen([express.json()]);
  expect((await post('trust-frontend')).status).toBe(200);
  const json = { headers: { 'Content-Type': 'application/json' } };
  expect((await post('trust-frontend', json)).status).toBe(200);
  expect(await isTrusted()).toBe(true);
  expect((await post('revoke-frontend-trust', { ...json, body: '{}' })).status).toBe(200);
  expect(await isTrusted()).toBe(false);
});

test('trusts nothing if the option "operator" has read the hashes, unless it has read a copy', async () => {
  expectConsole(/The consent to "sales" was refused with HTTP 400: /);
  const operatorOf = (copy: (request: Request) => Request) => async (request: Request) => {
    await copy(request).json();
    return 'ada';
  };
  const reading = await listen([], { operator: operatorOf((request) => request) });
  expect(await reading.consent({ 'Map.js': SHA })).toMatchObject({
    status: 400,
    body: { detail: expect.stringMatching(REMEDY) },
  });
  const copying = await listen([], { operator: operatorOf((request) => request.clone()) });
  expect((await copying.consent({ 'Map.js': SHA })).status).toBe(200);
});
