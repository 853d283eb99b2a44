import { counter, dashboard, expect, revokeTrust, test } from '../test.ts';

test('a sandboxed widget renders in a frame, without a reload, and goes when trust is revoked', async ({
  lab,
  page,
}) => {
  await lab.install('sly', {
    'Chart.js': counter('window.parts = [location.origin, window.origin, props.host.sandboxed];'),
    'dashboards/main.yaml': dashboard('Chart'),
  });
  const inPage: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/widget/') && request.frame() === page.mainFrame())
      inPage.push(request.url());
  });
  await lab.sandbox('/plugin/sly/main');
  const button = lab.frame('sly/Chart').getByRole('button');
  await button.click();
  await expect(button).toHaveText('Count 1');
  expect(await button.evaluate(() => Reflect.get(window, 'parts') as unknown)).toEqual([
    new URL(lab.url).origin,
    'null',
    true,
  ]);
  expect(inPage, 'the page never requests the bundle').toEqual([]);
  const frame = lab.panel('sly/Chart').locator('iframe');
  await expect(frame).toHaveAttribute('sandbox', 'allow-scripts');
  await expect(frame).toHaveAttribute('title', 'Chart of sly, sandboxed');

  // The operator changes where it runs in another tab, without a revoke between.
  const other = await page.context().newPage();
  await other.goto(new URL('/settings/sly', lab.url).href);
  await other.getByRole('button', { name: 'Trust this plugin' }).click();
  await expect(lab.panel('sly/Chart').getByRole('button', { name: 'Count 0' })).toBeVisible();
  await expect(frame).toBeHidden();
  await other.getByRole('button', { name: 'Run sandboxed' }).click();
  await expect(button).toHaveText('Count 0');
  await other.close();

  await page.reload();
  await expect(button).toHaveText('Count 0');
  await page.getByRole('link', { name: 'Settings' }).click();
  await revokeTrust(page);
  await lab.open('/plugin/sly/main');
  await expect(lab.panel('sly/Chart')).toHaveAttribute('data-status', 'refused');
  await expect(frame).toBeHidden();
});

test('the badge names the plugin by its id, whatever the plugin calls itself', async ({ lab, page }) => {
  await lab.install('sly', {
    'plugin.yaml': `id: sly
version: 1.0.0
display_name: "\\u202eSettings of this app, not sandboxed${' and more'.repeat(100)}"
frontend:
  components: [{ name: Chart, path: Chart.js }]
`,
    'Chart.js': counter(),
    'dashboards/main.yaml': dashboard('Chart'),
  });
  await lab.sandbox('/plugin/sly/main');
  await expect(lab.frame('sly/Chart').getByRole('button')).toBeVisible();
  const badge = page.locator('[data-sandboxed] > div').first();
  await expect(badge).toHaveText(/^Sandboxed · sly \(/);
  expect((await badge.boundingBox())!.height).toBeLessThan(40);
  expect(await badge.evaluate((element) => element.scrollHeight - element.clientHeight)).toBeLessThan(10);
});

test('trusted code in the page cannot load the bundle of a sandboxed plugin like any other', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/403|CORS|ERR_|Failed|MIME|Refused|Access to/);
  await lab.install('sly', {
    'Chart.js': counter('globalThis.ran = true;'),
    'dashboards/main.yaml': dashboard('Chart'),
  });
  await lab.sandbox('/plugin/sly/main');
  await expect(lab.frame('sly/Chart').getByRole('button')).toBeVisible();
  const found = await page.evaluate(async () => {
    const url = '/api/plugins/sly/widget/Chart.js';
    const text = (got: Response) => `${got.status} ${got.type}`;
    const load = (tag: string, values: object) =>
      new Promise<string>((done) => {
        const element = Object.assign(document.createElement(tag), values);
        element.addEventListener('load', () => done('loaded'));
        element.addEventListener('error', () => done('error'));
        document.head.append(element);
      });
    const tried = {
      'import()': import(url).then(() => 'loaded'),
      fetch: fetch(url).then(text),
      'fetch, no-cors': fetch(url, { mode: 'no-cors' }).then(text),
      'fetch, forged': fetch(url, { headers: { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' } }).then(text),
      'another name': fetch(new URL(url, location.href.replace('127.0.0.1', 'localhost'))).then(text),
      'import() of another name': import(
        new URL(url, location.href.replace('127.0.0.1', 'localhost')).href
      ).then(() => 'loaded'),
      script: load('script', { src: url }),
      module: load('script', { src: url, type: 'module' }),
      'module, anonymous': load('script', { src: url, type: 'module', crossOrigin: 'anonymous' }),
      preload: load('link', { href: url, rel: 'modulepreload' }),
      worker: new Promise<string>((done) => {
        const worker = new Worker(url, { type: 'module' });
        worker.addEventListener('error', () => done('error'));
      }),
      'service worker': navigator.serviceWorker.register(url, { type: 'module' }).then(() => 'loaded'),
    };
    const settled = Object.entries(tried).map(
      async ([name, trial]) => [name, await trial.catch(() => 'error')] as const,
    );
    return Object.fromEntries(await Promise.all(settled));
  });
  expect(found).toEqual({
    'import()': 'error',
    fetch: '403 basic',
    'fetch, no-cors': '403 basic',
    'fetch, forged': '403 basic',
    'another name': 'error',
    'import() of another name': 'error',
    script: 'error',
    module: 'error',
    'module, anonymous': 'error',
    preload: 'error',
    worker: 'error',
    'service worker': 'error',
  });
  expect(await page.evaluate(() => Reflect.get(window, 'ran'))).toBeUndefined();
});
