import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInPlugins, hostFolder } from '../fixtures/host/build.js';
import { counter, dashboard, expect, test } from './test.ts';

test('an invalid plugin is named and does not affect the others', async ({ lab, page }) => {
  await lab.install('good', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.install('bad', {
    'plugin.yaml': 'id: bad\nfrontend:\n  components: [{ name: Chart, path: ../good/Chart.js }]\n',
  });
  await lab.install('torn', { 'plugin.yaml': 'id: torn\nfrontend: [\n' });
  await lab.trust('/plugin/good/main');
  await expect(lab.panel('good/Chart')).toHaveAttribute('data-status', 'ready');
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByText(/frontend\.components\[0\]\.path is "\.\.\/good\/Chart\.js"/)).toBeVisible();
  await expect(page.getByText(/plugin\.yaml:\d+:\d+/)).toBeVisible();
});

test('an invalid dashboard is reported with its place, an invalid panel stays in its place', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/422|DASHBOARD_INVALID|API_FAILED/);
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, index) => {
      const before = 'abcdefghi'[index]!;
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`;
    }),
  ].join('\n');
  await lab.install('odd', {
    'Chart.js': counter(),
    'dashboards/main.yaml': `${dashboard('Chart')}  - { type: custom }\n  - 5\n`,
    'dashboards/torn.yaml': 'panels:\n  - { type: custom\n',
    'dashboards/bomb.yaml': `${bomb}\npanels: *i\n`,
    'dashboards/large.yaml': `panels: []\nfill: "${'x'.repeat(10_000_000)}"\n`,
  });
  await lab.trust('/plugin/odd/main');
  await expect(lab.panel('odd/Chart')).toHaveAttribute('data-status', 'ready');
  await expect(page.getByRole('alert').first()).toContainText('main: panels[1].component is missing');
  await expect(page.getByRole('alert').last()).toContainText('main: panels[2] is 5');
  for (const [name, text] of [
    ['torn', /dashboards\/torn\.yaml:\d+:\d+/],
    ['bomb', /dashboards\/bomb\.yaml/],
    ['large', /dashboards\/large\.yaml.*bytes/],
  ] as const) {
    await lab.open(`/plugin/odd/${name}`);
    await expect(page.getByRole('alert')).toContainText(text);
  }
});

test('a failed migration is shown on the plugin’s page, and the others run', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/400/);
  const stat = (sql: string) => `panels:\n  - { type: stat, label: Count, sql: "${sql}" }\n`;
  await lab.install('broken', {
    'plugin.yaml': 'id: broken\n',
    'storage/migrations/001_no.sql': 'CREATE TABEL broken_items (id int);',
    'dashboards/main.yaml': stat('SELECT count(*) FROM broken_items'),
  });
  await lab.install('works', {
    'plugin.yaml': 'id: works\n',
    'storage/migrations/001_items.sql':
      'CREATE TABLE works_items (id int); INSERT INTO works_items VALUES (1), (2);',
    'storage/migrations/001_items_down.sql': 'DROP TABLE works_items;',
    'dashboards/main.yaml': stat('SELECT count(*) FROM works_items'),
  });
  await lab.open('/plugin/broken/main');
  await expect(page.getByRole('alert').first()).toContainText(/001_no\.sql.*syntax error/);
  await lab.open('/plugin/works/main');
  await expect(lab.panel('works/stat')).toContainText('2');
});

test('forwards other requests unchanged', async ({ page, react, expected }) => {
  expected.push(/418/);
  const seen: { method: string | undefined; url: string | undefined; token: unknown; body: string }[] = [];
  const real = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method, url: request.url, token: request.headers['x-session-token'], body });
    response.writeHead(418, { 'Content-Type': 'text/plain', 'X-Real': 'yes' }).end('short and stout');
  });
  await new Promise<void>((done) => real.listen(0, '127.0.0.1', done));
  const data = await mkdtemp(join(tmpdir(), 'nousviz-'));
  const { serveHost } = await import('#dev');
  const api = `http://127.0.0.1:${(real.address() as AddressInfo).port}`;
  const demo = await serveHost({ plugins: builtInPlugins, data, app: hostFolder({ react }), api });
  await page.goto(demo.url);
  const answer = await page.evaluate(async () => {
    const { apiFetch } = (window as never as { NousViz: { widgets: { apiFetch: typeof fetch } } }).NousViz
      .widgets;
    const response = await apiFetch('/api/plugins/service-desk/reply?id=7', { method: 'PUT', body: 'text' });
    return [response.status, response.headers.get('X-Real'), await response.text()];
  });
  expect(answer).toEqual([418, 'yes', 'short and stout']);
  expect(seen).toContainEqual({
    method: 'PUT',
    url: '/api/plugins/service-desk/reply?id=7',
    token: 'demo-session-token',
    body: 'text',
  });
  await page.goto('about:blank');
  await demo.close();
  real.closeAllConnections();
  real.close();
  await rm(data, { recursive: true });
});

test('does not scroll sideways on a small screen, and its menu works by keyboard', async ({
  demo,
  page,
  expected,
}) => {
  // The menu opens below the pointer, and a hovered link requests its dashboard, even a missing one.
  expected.push(/404|422/);
  await page.setViewportSize({ width: 390, height: 844 });
  await demo.trust('/plugin/crash-lab/handler');
  await expect(demo.panel('crash-lab/Counter')).toHaveAttribute('data-status', 'ready');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: /menu/i }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Settings' }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/settings$/);
});
