import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { CHECKS, PREFIXES, SERVERS, type ServerRow } from './server-rows.ts';
import { expect, test, type RunningServer } from './servers.ts';
import { counter } from './test.ts';

const SHA = createHash('sha256').update(counter()).digest('hex');
const TRUST = '/api/plugins/sales/trust-frontend';
const SANDBOX = '/api/plugins/sales/sandbox-frontend';
const REVOKE = '/api/plugins/sales/revoke-frontend-trust';
const BUNDLE = `/api/plugins/sales/widget/Counter.js?v=${SHA}`;
/** What browsers send from a sandboxed frame. */
const FRAME = { Origin: 'null', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Site': 'cross-site' };
const JSON_TYPE = { 'Content-Type': 'application/json' };

const consentTo = (sha256: string) => JSON.stringify({ bundles: { 'Counter.js': sha256 } });

const blockOf = async ({ send }: RunningServer) =>
  JSON.parse((await send('/api/plugins/sales/frontend-components')).text);

/** The checks of a row, in the order of the table. Each expects the state that the one before leaves. */
const CHECK: Record<(typeof CHECKS)[number], (server: RunningServer, row: ServerRow) => Promise<void>> = {
  async list({ send }) {
    const { status, text } = await send('/api/plugins');
    expect(status, text).toBe(200);
    const [{ id, frontend }] = JSON.parse(text).plugins;
    expect({ id, ...frontend }).toMatchObject({
      id: 'sales',
      needs_consent: true,
      components: [{ sha256: SHA }],
    });
  },
  async shims({ send }, { front }) {
    // Vite answers nothing under an unknown name.
    const any = front?.startsWith('vite') ? {} : { Host: 'any.example' };
    const { headers, text } = await send('/api/widget-runtime/react.js', { headers: any });
    expect(text).toContain('  useState,');
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=3600',
      'content-type': 'text/javascript; charset=utf-8',
    });
  },
  async 'refuses another site'(server, { front }) {
    const { send } = server;
    for (const [origin, site] of [
      ['https://evil.example', 'cross-site'],
      ['http://localhost:1', 'same-site'],
      ['null', 'cross-site'],
    ] as const) {
      const headers = { ...JSON_TYPE, Origin: origin, 'Sec-Fetch-Site': site };
      const { status, text } = await send(TRUST, { headers, body: consentTo(SHA) });
      expect(status, text).toBe(403);
      expect(JSON.parse(text).detail).toContain('Consent is not accepted from another site');
    }
    const rebound = await send('/api/plugins', {
      headers: { Host: 'evil.example', Origin: 'http://evil.example' },
    });
    // Such a proxy hides the name. The guide says so.
    if (front !== 'nginx-alone') expect(rebound.status, rebound.text).toBe(403);
    expect(rebound.headers).not.toHaveProperty('access-control-allow-origin');
  },
  async 'refuses other hashes'({ send }) {
    for (const body of [consentTo('0'.repeat(64)), '{"bundles": {}}'])
      expect((await send(TRUST, { headers: JSON_TYPE, body })).status).toBe(409);
  },
  async 'refuses a lost body'({ send }) {
    for (const body of [' ', '{}', '[object Object]']) {
      const { status, text } = await send(TRUST, { headers: JSON_TYPE, body });
      expect(status, text).toBe(400);
      expect(JSON.parse(text).detail).toContain('mount the handler before body parsers');
    }
  },
  async 'refuses 10 MB'(server) {
    const body = Buffer.alloc(10_000_000, ' ');
    expect((await server.send(TRUST, { headers: JSON_TYPE, body })).status).toBe(413);
    expect(await blockOf(server)).toMatchObject({ trusted: false });
    expect((await server.send(BUNDLE)).status).toBe(403);
  },
  async consent({ send }) {
    const { status, text } = await send(TRUST, { headers: JSON_TYPE, body: consentTo(SHA) });
    expect(status, text).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ trusted: true, components: [{ sha256: SHA }] });
  },
  async bundle({ send, origin }, { front }) {
    const { status, headers, text } = await send(BUNDLE);
    expect([status, text]).toEqual([200, counter()]);
    expect(headers['cache-control']).toContain('immutable');
    expect(headers['access-control-allow-origin']).toBe(front === 'other-origin' ? origin : undefined);
  },
  async dashboard({ send }) {
    expect(JSON.parse((await send('/api/plugins/sales/dashboards/overview')).text)).toEqual({
      panels: [{ type: 'custom', component: 'Counter' }],
    });
  },
  async 'plugin’s own route'({ send }) {
    const { status, text } = await send('/api/plugins/sales/items');
    expect([status, JSON.parse(text)]).toEqual([200, ['items']]);
  },
  async sandboxed(server) {
    const { send, prefix } = server;
    const sandboxed = await send(SANDBOX, { headers: JSON_TYPE, body: consentTo(SHA) });
    expect(sandboxed.status, sandboxed.text).toBe(200);
    expect(JSON.parse(sandboxed.text)).toMatchObject({ trusted: false, sandboxed: true });
    expect(await blockOf(server)).toMatchObject({ trusted: false, needs_consent: false, sandboxed: true });
    expect((await send(BUNDLE)).status).toBe(403);
    const framed = await send(BUNDLE, { headers: FRAME });
    expect([framed.status, framed.text]).toEqual([200, counter()]);
    expect(framed.headers['access-control-allow-origin']).toBe('null');
    // The paths that the browser sees.
    const frame = await send('/api/widget-runtime/sandbox.html?plugin=sales&react=19');
    expect(frame.status, frame.text).toBe(200);
    expect(frame.headers['content-security-policy']).toMatch(
      new RegExp(`connect-src (?:https?://[^/ ]+${prefix}/api/plugins/sales/widget/ ?)+;`),
    );
    const headers = { 'X-NousViz-Widget': 'sales' };
    expect((await send('/api/plugins/sales/items', { headers })).status).toBe(200);
    for (const path of ['/api/plugins', '/api/plugins/sales/settings', '/api/plugins/sales/%73ettings']) {
      const { status, text } = await send(path, { headers });
      expect(status, `${path}: ${text}`).toBe(403);
      expect(JSON.parse(text).detail).toContain('The request is from the sandboxed plugin "sales"');
    }
    const marked = { ...JSON_TYPE, ...headers };
    expect((await send(TRUST, { headers: marked, body: consentTo(SHA) })).status).toBe(403);
    expect(await blockOf(server)).toMatchObject({ trusted: false, sandboxed: true });
  },
  async revoke(server) {
    expect((await server.send(REVOKE, { body: '' })).status).toBe(200);
    expect((await server.send(BUNDLE)).status).toBe(403);
    expect(await blockOf(server)).toMatchObject({ trusted: false });
    // The record of these decisions, as a page and as a streamed file.
    const page = await server.send('/api/trust-history?limit=3');
    expect(page.status, page.text).toBe(200);
    const acts = JSON.parse(page.text).records.map(({ act }: { act: string }) => act);
    expect(acts).toEqual(['revoke', 'sandbox', 'trust']);
    const file = await server.send('/api/trust-history?format=csv');
    expect([file.status, file.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(file.text).toMatch(/^at,who,[^\r]*\r\n[^\r]*,sales,revoke,/);
  },
};

async function usePage(page: Page, url: string) {
  await page.goto(url);
  await page.getByRole('button', { name: 'Trust this plugin' }).click();
  const panel = page.locator('[data-panel="sales/Counter"]');
  await panel.getByRole('button', { name: 'Count 0' }).click();
  await expect(panel.getByRole('button', { name: 'Count 1' })).toBeVisible();
  await page.getByRole('button', { name: 'Revoke trust' }).click();
  await expect(panel.getByRole('button', { name: /Count/ })).toHaveCount(0);
}

for (const row of SERVERS)
  for (const prefix of PREFIXES)
    test(`${row.name}, below ${prefix}/`, async ({ serve, page }) => {
      const server = await serve(row, prefix);
      for (const check of CHECKS) await test.step(check, () => CHECK[check](server, row));
      if (row.front) await test.step('page', () => usePage(page, `${server.origin}${prefix}/`));
    });

/** Servers whose body parser runs before the host API. */
const PARSERS: [ServerRow['app'], ServerRow['server'], (text: string) => string][] = [
  ['express-4', 'express.js', (text) => text.replace('app.use(to', 'app.use(express.json());\n$&')],
  ['node', 'express.js', (text) => text.replace('app.use(to', 'app.use(express.json());\n$&')],
  ['node', 'fastify.js', (text) => text.replace('onRequest', 'preHandler')],
  [
    'node',
    'koa.js',
    (text) =>
      `import parse from 'koa-bodyparser';\n${text.replace('app.use((ctx, next', 'app.use(parse());\n$&')}`,
  ],
];

for (const [app, file, edit] of PARSERS)
  test(`${app}/${file} behind a body parser trusts nothing`, async ({ serve }) => {
    const server = await serve({ name: file, app, server: file }, '', edit);
    for (const sha256 of [SHA, '0'.repeat(64)]) {
      const { status, text } = await server.send(TRUST, { headers: JSON_TYPE, body: consentTo(sha256) });
      expect(status, text).toBe(400);
      expect(JSON.parse(text).detail).toContain('mount the handler before body parsers');
    }
    expect(await blockOf(server)).toMatchObject({ trusted: false });
  });
