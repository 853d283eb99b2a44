import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { counter, dashboard, expect, test } from './test.ts';

test('a blocked bundle, list or dashboard is told from a server that is down, and recovers', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/ERR_BLOCKED_BY_CLIENT|UNREACHABLE|API_FAILED/);
  await lab.install('tracker', {
    'Chart.js': counter(),
    'Healthy.js': counter(),
    'dashboards/main.yaml': dashboard('Chart', 'Healthy'),
  });
  await lab.trust('/plugin/tracker/main');
  let blocked = /widget\/Chart\.js/;
  await page.route('**', (route) =>
    blocked.test(route.request().url()) ? route.abort('blockedbyclient') : route.fallback(),
  );
  const panel = lab.panel('tracker/Chart');
  await lab.open('/plugin/tracker/main?again');
  await expect(panel.getByRole('alert')).toHaveAttribute('data-code', 'UNREACHABLE');
  await expect(panel).toContainText('Request blocked');
  await expect(panel).toContainText('ad blocker');
  await expect(panel).not.toContainText('the server is down');
  await lab.panel('tracker/Healthy').getByRole('button', { name: 'Count 0' }).click();

  blocked = /no-request/;
  await panel.getByRole('button', { name: 'Retry' }).click();
  await expect(panel).toHaveAttribute('data-status', 'ready');
});

test('a bundle that is blocked as a script only is named too', async ({ lab, page, expected }) => {
  expected.push(/ERR_BLOCKED_BY_CLIENT|UNREACHABLE/);
  await lab.install('tracker', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  await page.route('**/widget/Chart.js*', (route) =>
    route.request().resourceType() === 'script' ? route.abort('blockedbyclient') : route.fallback(),
  );
  await lab.trust('/plugin/tracker/main');
  const card = lab.panel('tracker/Chart').getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'UNREACHABLE');
  await expect(card).toContainText('Request blocked');
});

test('leaving a panel leaves no unhandled rejection of its own abort', async ({ lab, page }) => {
  // The first answer never comes, the second begins and does not end.
  const server = createServer(({ url }, response) => {
    if (url === '/silent') return;
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' });
    response.write('{"begun": true');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await lab.install('leaver', {
    'Leaver.js': counter(`
      const report = (name) => (window.seen = [...(window.seen ?? []), name]);
      useEffect(() => {
        props.host.apiFetch('${origin}/silent').then(() => report('answer')).finally(() => report('silent ended'));
        props.host.apiFetch('${origin}/endless').then((answer) => {
          report('body begun');
          return answer.json().finally(() => report('body ended'));
        });
      }, []);`),
    'dashboards/main.yaml': dashboard('Leaver'),
  });
  await lab.trust('/plugin/leaver/main');
  const seen = () => page.evaluate(() => (window as { seen?: string[] }).seen);
  await expect.poll(seen).toEqual(['body begun']);
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect.poll(seen).toHaveLength(3);
  expect(await seen()).toEqual(expect.arrayContaining(['silent ended', 'body ended']));
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

test('a plugin’s route cannot cover the page with the browser’s login dialog', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/401/);
  await lab.install('basic', {
    'Basic.js': counter(`
      useEffect(() => {
        props.host.apiFetch('/api/plugins/basic/items').then((answer) => {
          window.seen = [answer.status, answer.headers.get('WWW-Authenticate')];
        });
      }, []);`),
    'dashboards/main.yaml': dashboard('Basic'),
    'mock/items.json': JSON.stringify({
      'GET /items': { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="plugin"' } },
    }),
  });
  await lab.trust('/plugin/basic/main');
  await expect.poll(() => page.evaluate(() => (window as { seen?: unknown[] }).seen)).toEqual([401, null]);
});

/** A bundle that replaces an observer of the page, as a broken polyfill does. */
const REPLACING = `
import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
globalThis.ResizeObserver = class { observe() { throw new Error('broken polyfill'); } };
export default () => jsx('p', { style: { height: 300, margin: 0 }, children: 'Shown' });`;

for (const decision of ['trust-frontend', 'sandbox-frontend'])
  test(`a bundle that replaces an observer stops no panel, with ${decision}`, async ({ lab, expected }) => {
    // The frame's own script observes the widget too, and says that it cannot.
    expected.push(/broken polyfill/);
    await lab.install('polyfill', {
      'Chart.js': REPLACING,
      'dashboards/main.yaml': dashboard('Chart', 'calm/Chart'),
    });
    await lab.install('calm', { 'Chart.js': `export default () => 'Calm';` });
    for (const route of [`polyfill/${decision}`, 'calm/trust-frontend'])
      await fetch(new URL(`/api/plugins/${route}`, lab.url), { method: 'POST' });
    await lab.open('/plugin/polyfill/main');
    await expect(lab.panel('calm/Chart')).toHaveText('Calm');
    const panel = lab.panel('polyfill/Chart');
    const isFramed = decision === 'sandbox-frontend';
    await expect((isFramed ? lab.frame('polyfill/Chart') : panel).getByText('Shown')).toBeVisible();
    if (isFramed) await expect(panel.locator('iframe')).toHaveCSS('height', '300px');
  });
