import type { Page } from '@playwright/test';
import { expect, test } from './test.ts';

interface Sent {
  status?: number;
  body?: string;
  error?: string;
}

/** Runs `call` in the page with the host's apiFetch. */
const fetched = (page: Page, call: string): Promise<Sent> =>
  page.evaluate(async (source) => {
    const { apiFetch } = (window as never as { NousViz: { widgets: { apiFetch: typeof fetch } } }).NousViz
      .widgets;
    try {
      const run = new Function('apiFetch', `return ${source}`) as (f: typeof fetch) => Promise<Response>;
      const response = await run(apiFetch);
      return { status: response.status, body: await response.text() };
    } catch (error) {
      return { error: String((error as Error).message) };
    }
  }, call);

test('sends the token to the host, in every form of a request', async ({ demo, page }) => {
  await demo.open('/');
  const calls = [
    `apiFetch('/api/session')`,
    `apiFetch(new URL('/api/session', location.href))`,
    `apiFetch(new Request('/api/session', { headers: { 'X-Session-Token': '' } }))`,
    `apiFetch('/api/session', { headers: [['x-session-token', '']] })`,
  ];
  for (const call of calls)
    expect(await fetched(page, call), call).toEqual({ status: 200, body: '{"session":"present"}' });
  expect(await page.evaluate(() => fetch('/api/session').then((response) => response.json()))).toEqual({
    session: 'absent',
  });
});

test('sends no token to another origin in any spelling', async ({ demo, page, other }) => {
  await demo.open('/');
  const { host } = new URL(other.url);
  const urls = [other.url, `//${host}/x`, `\\\\\\\\${host}/x`, `/\\\\${host}/x`];
  for (const url of urls) {
    const { status } = await fetched(page, `apiFetch('${url}', { headers: { 'X-Session-Token': 'mine' } })`);
    expect(status, url).toBe(200);
    expect((await fetched(page, `apiFetch(new Request('${url}'))`)).status, url).toBe(200);
  }
  expect((await fetched(page, `apiFetch('data:text/plain,hi')`)).body).toBe('hi');
  expect(other.requests.length).toBeGreaterThanOrEqual(urls.length * 2);
  for (const { headers } of other.requests) {
    expect(headers).not.toHaveProperty('x-session-token');
    expect(headers['access-control-request-headers'] ?? '').not.toContain('x-session-token');
  }
});

const redirects = (to: string) =>
  JSON.stringify({
    'GET /items/': { status: 200, body: { items: [1] } },
    'GET /items': { status: 307, headers: { Location: '/api/plugins/hop/items/' }, body: null },
    'POST /items': { status: 307, headers: { Location: '/api/plugins/hop/items/' }, body: null },
    'GET /away': { status: 302, headers: { Location: to }, body: null },
    'GET /denied': { status: 401, body: { detail: 'Sign in.' } },
  });

test('follows a redirect with the token only to the host itself', async ({ lab, page, other, expected }) => {
  expected.push(/401/);
  await lab.install('hop', { 'plugin.yaml': 'id: hop\n', 'mock/routes.json': redirects(other.url) });
  await lab.open('/');
  expect(await fetched(page, `apiFetch('/api/plugins/hop/items')`)).toEqual({
    status: 200,
    body: '{"items":[1]}',
  });
  const session = await page.evaluate(() => {
    const { apiFetch } = (window as never as { NousViz: { widgets: { apiFetch: typeof fetch } } }).NousViz
      .widgets;
    return apiFetch('/api/plugins/hop/items').then((response) => response.headers.get('X-Demo-Session'));
  });
  expect(session).toBe('present');
  expect((await fetched(page, `apiFetch('/api/plugins/hop/items', { method: 'POST' })`)).error).toMatch(
    /redirects http.*\/api\/plugins\/hop\/items.*trailing slash.*\[API_REDIRECTED\]/i,
  );
  expect((await fetched(page, `apiFetch('/api/plugins/hop/away')`)).error).toMatch(/API_REDIRECTED/);
  for (const { headers } of other.requests) expect(headers).not.toHaveProperty('x-session-token');
  expect(await fetched(page, `apiFetch('/api/plugins/hop/denied')`)).toMatchObject({ status: 401 });
  expect(await page.evaluate(() => localStorage.getItem('nousviz_auth_token'))).toBe('demo-session-token');
});

test('the counterpart: plain fetch sends a header through a redirect to another origin', async ({
  lab,
  page,
  other,
}) => {
  await lab.install('hop', { 'plugin.yaml': 'id: hop\n', 'mock/routes.json': redirects(other.url) });
  await lab.open('/');
  await page.evaluate(() =>
    fetch('/api/plugins/hop/away', { headers: { 'X-Session-Token': 'leaked' } }).catch(() => {}),
  );
  expect(other.requests.some(({ headers }) => headers['x-session-token'] === 'leaked')).toBe(true);
});
