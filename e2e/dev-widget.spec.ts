import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { addAxe, expectAccessible, LOOKS } from './axe.ts';
import { manifest, test } from './dev.ts';
import { expect } from './test.ts';

/** A widget that says what it sees of its page, and what the server answered. */
const PROBE = `import { useEffect, useState, version } from 'react';
let mounts = 0;
export default function Probe({ config, pluginId, host }: { config: object; pluginId: string; host: { apiFetch: typeof fetch } }) {
  const [answer, setAnswer] = useState('none');
  useEffect(() => {
    mounts += 1;
    const end = new AbortController();
    host.apiFetch('/api/plugins/' + pluginId + '/items', { signal: end.signal })
      .then(async (response) => setAnswer(response.status + ' ' + JSON.stringify(await response.json())))
      .catch((error) => end.signal.aborted || setAnswer(error.message));
    return () => end.abort();
  }, [host, pluginId]);
  const html = document.documentElement;
  return (
    <dl>
      <dt>answer</dt><dd data-testid="answer">{answer}</dd>
      <dt>react</dt><dd data-testid="react">{version.split('.')[0]}</dd>
      <dt>width</dt><dd data-testid="width">{innerWidth}</dd>
      <dt>theme</dt><dd data-testid="theme">{html.classList.contains('dark') ? 'dark' : 'light'}</dd>
      <dt>locale</dt><dd data-testid="locale">{html.lang} {html.dir} {(1234.5).toLocaleString()} {new Date(0).toLocaleTimeString()}</dd>
      <dt>mounts</dt><dd data-testid="mounts">{mounts}</dd>
      <dt>config</dt><dd data-testid="config">{JSON.stringify(config)}</dd>
    </dl>
  );
}`;

const FILES = {
  'plugin.yaml': `${manifest('Probe', 'Other')}dashboards:\n  - { name: main, label: Numbers, path: dashboards/main.yaml }\n`,
  'dashboards/main.yaml':
    'panels:\n  - { type: custom, component: Probe, label: First, config: { limit: 2 } }\n  - { type: custom, component: Probe, label: Second, config: { limit: 3 } }\n',
  'widget/Probe.tsx': PROBE,
  'widget/Other.tsx': 'export default () => <p>other</p>;',
  'mock/items.json': '{"GET /items": {"body": {"items": [1, 2], "total": 2}}}',
};

const inFrame = (page: Page) => page.frameLocator('iframe');
const seen = (page: Page, name: string) => inFrame(page).getByTestId(name);
const open = async (page: Page, search = '') => {
  await page.goto(new URL(`/widget/lab/Probe${search}`, page.url()).href);
  await expect(seen(page, 'answer')).not.toHaveText('none');
};

test('shows one widget beside its controls, and the dashboard one click away', async ({ dev, page }) => {
  await dev.start(FILES);
  expect(dev.output()).toMatch(/^One widget, large, with controls: http:\S+\/widget\/lab\/Probe$/m);
  await page.getByRole('link', { name: 'Widgets' }).click();
  await expect(seen(page, 'answer')).toHaveText('200 {"items":[1,2],"total":2}');
  await expect(
    page.getByRole('listitem').filter({ hasText: 'GET /api/plugins/lab/items → 200' }),
  ).toBeVisible();
  await page.getByRole('link', { name: 'Other' }).click();
  await expect(inFrame(page).getByText('other', { exact: true })).toBeVisible();
  await page.goBack();
  await page.getByRole('link', { name: 'Dashboard Numbers' }).click();
  await expect(page.getByRole('heading', { name: 'Second' })).toBeVisible();
});

test('sets the size, theme, language and React of the page', async ({ dev, page, react }) => {
  await dev.start(FILES);
  await open(page);
  await expect(seen(page, 'react')).toHaveText(String(react));
  await page.getByLabel('Screen').selectOption('390');
  await page.getByLabel('Height').fill('300');
  await expect(page.locator('iframe')).toHaveJSProperty('clientWidth', 390);
  await expect(page.locator('iframe')).toHaveJSProperty('clientHeight', 300);
  await page.getByLabel('Theme').selectOption('dark');
  await expect(seen(page, 'theme')).toHaveText('dark');
  await page.getByLabel('Locale').fill('ar-EG');
  await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
  const nine = new Date(0).toLocaleTimeString('ar-EG', { timeZone: 'Asia/Tokyo' });
  await expect(seen(page, 'locale')).toHaveText(`ar-EG rtl ${(1234.5).toLocaleString('ar-EG')} ${nine}`);
  const other = react === 18 ? '19' : '18';
  await page.getByRole('combobox', { name: 'React' }).selectOption(other);
  await expect(seen(page, 'react')).toHaveText(other);
  // The address has all of it.
  await page.reload();
  await expect(seen(page, 'react')).toHaveText(other);
  await expect(seen(page, 'width')).toHaveText('390');
  await expect(seen(page, 'theme')).toHaveText('dark');
});

test('follows the theme of the page, unless the author has chosen one', async ({ dev, page }) => {
  await dev.start(FILES);
  await open(page);
  await page.evaluate(() => document.documentElement.classList.add('dark'));
  await expect(inFrame(page).locator('html.dark')).toHaveCount(1);
});

test('ignores choices in the address that are none', { tag: '@all' }, async ({ dev, page, react }) => {
  await dev.start(FILES);
  await open(page, '?width=wide&theme=toString&react=constructor&fault=constructor&locale=!&zone=Moon/Base');
  await expect(seen(page, 'answer')).toHaveText('200 {"items":[1,2],"total":2}');
  await expect(seen(page, 'react')).toHaveText(String(react));
  await expect(seen(page, 'locale')).toContainText('1,234.5');
  const response = await page.request.get(new URL('/?react=constructor', page.url()).href);
  expect(response.status()).toBe(200);
});

test('says that a widget does not exist, also for a path that cannot be decoded', async ({
  dev,
  page,
  expected,
}) => {
  expected.push(/Failed to load resource/, /UNKNOWN_COMPONENT/);
  await dev.start(FILES);
  for (const path of ['/frame/lab/None', '/frame/%zz/x']) {
    await page.goto(new URL(path, page.url()).href);
    await expect(page.getByRole('alert')).toBeVisible();
  }
});

test(
  'says on the page why an editor could not be started',
  { tag: '@all' },
  async ({ dev, page, expected }) => {
    expected.push(/no answer/, /^The above error occurred/, /Failed to load resource/);
    process.env.LAUNCH_EDITOR = '/nowhere/editor';
    await dev.start(FILES);
    delete process.env.LAUNCH_EDITOR;
    await open(page);
    await dev.edit(
      'widget/Probe.tsx',
      'const html',
      "if (config) throw new Error('no answer');\n  const html",
    );
    await inFrame(page).getByRole('button', { name: /^Open/ }).click();
    await expect(inFrame(page).getByText(/could not be opened.*LAUNCH_EDITOR/)).toBeVisible();
  },
);

test('gives the answers of a server with faults', async ({ dev, page, expected }) => {
  expected.push(/Failed to load resource/);
  await dev.start(FILES);
  await open(page);
  for (const [fault, answer] of [
    ['HTTP 401', '401 {"detail":"HTTP 401"}'],
    ['HTTP 500', '500 {"detail":"HTTP 500"}'],
    ['Empty lists', '200 {"items":[],"total":2}'],
    ['Offline', 'Failed to fetch'],
    ['Slow, 3 s', '200 {"items":[1,2],"total":2}'],
    ['As the server gives them', '200 {"items":[1,2],"total":2}'],
  ] as const) {
    await page.getByLabel('Answers').selectOption(fault);
    await expect(seen(page, 'answer')).toHaveText(answer);
  }
});

test(
  'runs a widget in StrictMode, which mounts its effects twice, also after a change',
  { tag: '@all' },
  async ({ dev, page }) => {
    await dev.start(FILES);
    await open(page);
    await expect(seen(page, 'mounts')).toHaveText('1');
    await page.getByLabel('StrictMode').check();
    await expect(seen(page, 'mounts')).toHaveText('2');
    await dev.edit('widget/Probe.tsx', '<dt>react', '<dt>React');
    await expect(inFrame(page).getByText('React', { exact: true })).toBeVisible();
  },
);

test('edits the config of a panel', async ({ dev, page }) => {
  await dev.start(FILES);
  await open(page);
  await expect(seen(page, 'config')).toHaveText('{"limit":2}');
  await page.getByLabel('JSON').fill('{ "limit": 9 }');
  await expect(seen(page, 'config')).toHaveText('{"limit":9}');
  await expect(page.getByRole('group', { name: 'YAML' })).toHaveText('config:\n  limit: 9\n');
  await page.getByLabel('JSON').fill('[1]');
  await expect(page.getByRole('alert')).toHaveText('A config is a mapping, {"key": "value"}.');
  await expect(seen(page, 'config')).toHaveText('{"limit":9}');
  await page.getByLabel('Panel').selectOption('main: Second');
  await expect(seen(page, 'config')).toHaveText('{"limit":3}');
  await page.reload();
  await expect(seen(page, 'config')).toHaveText('{"limit":3}');
  await dev.edit('dashboards/main.yaml', 'limit: 3', 'limit: 4');
  await expect(seen(page, 'config')).toHaveText('{"limit":4}');
});

test('names the place of a mistake in a mock file, on the page and in the terminal', async ({
  dev,
  page,
  expected,
}) => {
  expected.push(/Failed to load resource/);
  await dev.start(FILES);
  await open(page);
  const mistake = 'mock/items.json:2:1: This is not JSON: a value must stand here';
  await dev.save('mock/items.json', '{"GET /items":\n}');
  await expect(page.getByRole('alert')).toContainText(mistake);
  expect(dev.output()).toContain(mistake);
  await expect(seen(page, 'answer')).toContainText('500 {"detail":"lab: mock/items.json:2:1: ');
  await dev.save('mock/items.json', FILES['mock/items.json']);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(seen(page, 'answer')).toHaveText('200 {"items":[1,2],"total":2}');
});

test(
  'names the place in the file of a panel that a dashboard shows as a card, until its config is edited',
  { tag: '@all' },
  async ({ dev, page, expected }) => {
    expected.push(/config\.limit is 9/);
    const schema = '{ type: object, properties: { limit: { type: integer, maximum: 3 } } }';
    await dev.start({
      ...FILES,
      'plugin.yaml': FILES['plugin.yaml'].replace('Probe.js }', `Probe.js, config: ${schema} }`),
    });
    await dev.edit('dashboards/main.yaml', 'limit: 3', 'limit: 9');
    await open(page);
    await expect(page.getByRole('alert')).toHaveCount(0);
    await page.getByLabel('Panel').selectOption('main: Second');
    const problem = page.getByRole('alert').filter({ hasText: 'The mistake is in the dashboard’s file' });
    await expect(problem).toContainText('dashboards/main.yaml:3:');
    await expect(problem).toContainText('config.limit');
    await expect(
      page.getByRole('button', { name: /^Open dashboards\/main\.yaml:3:\d+ in the editor$/ }),
    ).toBeVisible();
    await page.getByRole('spinbutton', { name: 'limit' }).fill('1');
    await expect(seen(page, 'config')).toHaveText('{"limit":1}');
    await expect(problem).toHaveCount(0);
    await page.getByRole('button', { name: 'Reset' }).click();
    await expect(problem).toBeVisible();
    await dev.edit('dashboards/main.yaml', 'limit: 9', 'limit: 1');
    await expect(problem).toHaveCount(0);
  },
);

test('says which dashboards cannot be shown', { tag: '@all' }, async ({ dev, page, expected }) => {
  expected.push(/Failed to load resource/);
  await dev.start(FILES);
  await open(page);
  const problem = page.getByRole('alert').filter({ hasText: 'Some dashboards cannot be shown' });
  await dev.save('dashboards/main.yaml', 'panels: [');
  await expect(problem).toContainText('dashboards/main.yaml:1:');
  await dev.save('dashboards/main.yaml', 'panels: 5');
  await expect(problem).toContainText('main: panels');
  await dev.save('dashboards/main.yaml', FILES['dashboards/main.yaml']);
  await expect(problem).toHaveCount(0);
  await expect(page.getByLabel('Panel')).toBeVisible();
});

test('lists requests that have no answer yet', { tag: '@all' }, async ({ dev, page }) => {
  await dev.start(FILES);
  await page.goto(new URL('/widget/lab/Probe?fault=slow', page.url()).href);
  const calls = page.getByRole('region', { name: 'Calls of the widget' }).getByRole('listitem');
  await expect(calls).toHaveText(/^Pending.*GET \/api\/plugins\/lab\/items$/);
  await expect(calls).toHaveText(/^Request.*GET \/api\/plugins\/lab\/items → 200$/);
});

test('sends the body of a request that a fault delays', { tag: '@all' }, async ({ dev, page }) => {
  await dev.start({
    ...FILES,
    'mock/items.json': '{"POST /items": {"body": {}}, "GET /items": {"body": {}}}',
  });
  await page.goto(new URL('/frame/lab/Probe?fault=slow', page.url()).href);
  await expect(page.getByTestId('answer')).toBeVisible();
  const status = await page.evaluate(async () => {
    const sent = new Request('/api/plugins/lab/items', { method: 'POST', body: '{}' });
    return (await fetch(sent)).status;
  });
  expect(status).toBe(200);
});

test('opens the place of a crash in the author’s editor', async ({ dev, page, expected }) => {
  expected.push(/no answer/, /^The above error occurred/);
  const editor = join(dev.folder, 'editor.sh');
  const opened = join(dev.folder, 'opened.txt');
  await dev.save('editor.sh', `#!/bin/sh\nprintf '%s ' "$@" > '${opened}'\n`);
  await chmod(editor, 0o755);
  process.env.LAUNCH_EDITOR = editor;
  await dev.start(FILES);
  delete process.env.LAUNCH_EDITOR;
  await open(page);
  await dev.edit('widget/Probe.tsx', 'const html', "if (config) throw new Error('no answer');\n  const html");
  const frame = inFrame(page);
  await expect(frame.locator('[data-code="WIDGET_CRASHED"]')).toContainText('no answer');
  await frame.getByRole('button', { name: /^Open widget\/Probe\.tsx:\d+:\d+ in the editor$/ }).click();
  await expect.poll(() => readFile(opened, 'utf8').catch(() => '')).toContain('widget/Probe.tsx');
  await dev.edit('widget/Probe.tsx', "if (config) throw new Error('no answer');\n", '');
  await expect(frame.getByRole('button', { name: /^Open/ })).toHaveCount(0);
});

test('has no barriers, and says the plugin’s name only where it is needed', async ({ dev, page }) => {
  await addAxe(page);
  await dev.start({
    ...FILES,
    'plugin.yaml': FILES['plugin.yaml'].replace('version:', 'display_name: Laboratory\nversion:'),
  });
  await open(page);
  await expectAccessible(page, 'one widget, large', LOOKS);
  await expect(page.getByRole('main').getByText('Laboratory')).toHaveCount(1);
});
