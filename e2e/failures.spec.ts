import { MESSAGES } from '../src/contract/words.ts';
import { counter, dashboard, expect, test } from './test.ts';

const healthy = { 'widget/dist/Healthy.js': counter() };

test('the neighbour of a crashed widget still counts', async ({ demo, page, expected }) => {
  expected.push(/no (render|effect|cleanup|import) today|null|404|WidgetError|\[[A-Z_]+\]/);
  await demo.trust('/plugin/crash-lab/all');
  const neighbour = demo.panel('crash-lab/Counter');
  const codes = {
    ThrowsInRender: 'WIDGET_CRASHED',
    ThrowsNull: 'WIDGET_CRASHED',
    ThrowsInEffect: 'WIDGET_CRASHED',
    ThrowsOnImport: 'BUNDLE_THREW',
    NoDefault: 'NO_DEFAULT_EXPORT',
    Missing: 'BUNDLE_MISSING',
    constructor: 'UNKNOWN_COMPONENT',
  };
  for (const [name, code] of Object.entries(codes)) {
    await expect(demo.panel(`crash-lab/${name}`).getByRole('alert')).toHaveAttribute('data-code', code);
  }
  await neighbour.getByRole('button', { name: 'Count' }).click();
  await neighbour.getByRole('button', { name: 'Count' }).click();
  await expect(neighbour).toContainText('2');
  await page.getByRole('link', { name: 'One React' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('One React');
});

test('a cleanup that throws does not break the next page', async ({ lab, page, expected }) => {
  expected.push(/cleanup/);
  await lab.install('leaver', {
    'Leaver.js': counter(`useEffect(() => () => { throw new Error('cleanup'); }, []);`),
    'dashboards/main.yaml': dashboard('Leaver'),
  });
  await lab.trust('/plugin/leaver/main');
  await expect(lab.panel('leaver/Leaver')).toHaveAttribute('data-status', 'ready');
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/Settings|Plugins/);
  await expect(page.getByRole('button', { name: 'Revoke trust' })).toBeVisible();
});

test('Retry mounts the widget after a 503', async ({ lab, page, expected }) => {
  expected.push(/503|SERVER_ERROR/);
  await lab.install('flaky', {
    ...healthy,
    'Chart.js': counter(),
    'dashboards/main.yaml': dashboard('Chart', 'Healthy'),
  });
  let down = true;
  await page.route('**/widget/Chart.js*', (route) =>
    down ? route.fulfill({ status: 503, contentType: 'text/plain', body: 'busy' }) : route.continue(),
  );
  await lab.trust('/plugin/flaky/main');
  const panel = lab.panel('flaky/Chart');
  const neighbour = lab.panel('flaky/Healthy').getByRole('button');
  await expect(panel.getByRole('alert')).toHaveAttribute('data-code', 'SERVER_ERROR');
  await expect(panel).toContainText('HTTP 503');
  await neighbour.click();
  await panel.getByRole('button', { name: 'Retry' }).click();
  await expect(panel.getByRole('alert')).toHaveAttribute('data-code', 'SERVER_ERROR');
  down = false;
  await panel.getByRole('button', { name: 'Retry' }).click();
  await expect(panel).toHaveAttribute('data-status', 'ready');
  await expect(neighbour).toHaveText('Count 1');
});

test('a failure that is over at the second attempt needs no Retry', async ({ lab, page, expected }) => {
  expected.push(/503/);
  await lab.install('flaky', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  let answers = 0;
  await page.route('**/widget/Chart.js*', (route) => {
    answers += 1;
    return answers === 1 ? route.fulfill({ status: 503, body: 'busy' }) : route.continue();
  });
  await lab.trust('/plugin/flaky/main');
  await expect(lab.panel('flaky/Chart')).toHaveAttribute('data-status', 'ready');
});

test('Retry reloads a crashed widget without its twin', async ({ lab, expected }) => {
  expected.push(/first time|WIDGET_CRASHED/);
  const body = `if (props.config.crash && !globalThis.mended) throw new Error('first time');
    globalThis.loads = (globalThis.loads ?? 0);`;
  await lab.install('moody', {
    'Chart.js': `globalThis.loads = (globalThis.loads ?? 0) + 1;${counter(body)}`,
    'dashboards/main.yaml': `panels:
  - { type: custom, component: Chart }
  - { type: custom, component: Chart, config: { crash: true } }
`,
  });
  await lab.trust('/plugin/moody/main');
  const [twin, broken] = [lab.panel('moody/Chart').first(), lab.panel('moody/Chart').last()];
  await expect(broken.getByRole('alert')).toHaveAttribute('data-code', 'WIDGET_CRASHED');
  await twin.getByRole('button').click();
  const { page } = { page: twin.page() };
  await page.evaluate(() => Object.assign(window, { mended: true }));
  await broken.getByRole('button', { name: 'Retry' }).click();
  await expect(broken.getByRole('button')).toHaveText('Count 0');
  await expect(twin.getByRole('button')).toHaveText('Count 1');
  expect(await page.evaluate(() => Reflect.get(window, 'loads'))).toBe(2);
});

test('a card has its own alignment and the width of its panel in an app that centres everything', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/BUNDLE_THREW|boom/);
  await page.addInitScript(() => {
    const style = new CSSStyleSheet();
    style.replaceSync('body { display: flex; text-align: center } section { align-items: center }');
    document.adoptedStyleSheets = [style];
  });
  await lab.install('broken', {
    'Broken.js': `throw new Error('boom');`,
    'dashboards/main.yaml': dashboard('Broken'),
  });
  await lab.trust('/plugin/broken/main');
  const panel = lab.panel('broken/Broken');
  const card = panel.getByRole('alert');
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await expect(card).toHaveCSS('text-align', 'start');
    expect((await card.boundingBox())!.width).toBe((await panel.boundingBox())!.width);
    const lefts = await card.locator('p, strong, button:first-of-type').evaluateAll((all) =>
      all
        .filter((one) => one.checkVisibility())
        .map((one) => {
          const range = document.createRange();
          range.selectNodeContents(one);
          return Math.round((one.matches('button') ? one : range).getBoundingClientRect().left);
        }),
    );
    expect(new Set(lefts).size, lefts.join()).toBe(1);
    await test
      .info()
      .attach(`card-${width}.png`, { body: await page.screenshot(), contentType: 'image/png' });
  }
});

/** Shows each title in a card. Returns those that do not fit in its box. */
const tooLong = (card: HTMLElement, titles: readonly string[]) =>
  titles.filter((title) => {
    card.querySelector('strong')!.lastChild!.textContent = title;
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = card.parentElement!;
    return scrollHeight > clientHeight || scrollWidth > clientWidth;
  });

test('every card fits in 130 × 100 pixels, with its details on demand', async ({ lab, page, expected }) => {
  expected.push(/BUNDLE_THREW|boom/);
  await page.addInitScript(() => {
    const style = new CSSStyleSheet();
    style.replaceSync('[data-panel] { width: 130px !important; height: 100px !important }');
    document.adoptedStyleSheets = [style];
  });
  await lab.install('broken', {
    'Broken.js': `throw new Error('boom');`,
    'dashboards/main.yaml': dashboard('Broken', 'Broken'),
  });
  await lab.open('/plugin/broken/main');
  const panel = lab.panel('broken/Broken').first();
  const pending = panel.getByRole('note');
  await expect(pending).toContainText('waits for a decision');
  const titles = [...new Set(Object.values(MESSAGES).map(({ title }) => title))];
  expect(await pending.evaluate(tooLong, titles)).toEqual([]);
  const link = lab.panel('broken/Broken').last().getByRole('note').getByRole('button');
  await expect(link).toHaveText(/^(Decide|Review|See first panel)$/);

  await lab.trust('/plugin/broken/main');
  const card = panel.getByRole('alert');
  expect((await card.boundingBox())!.width).toBe(130);
  expect(await card.evaluate(tooLong, titles)).toEqual([]);
  await expect(card.getByText('could not be evaluated')).toBeHidden();
  const details = card.getByRole('button', { name: 'Details' });
  await details.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Broken.js could not be evaluated: boom');
  await expect(dialog.getByRole('button', { name: 'Retry' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(details).toBeFocused();
});

const answers = [
  [
    'an HTML page',
    { status: 200, contentType: 'text/html', body: '<!doctype html>' },
    'NOT_JAVASCRIPT',
    'text/html',
  ],
  ['a 404', { status: 404, contentType: 'application/json', body: '{}' }, 'BUNDLE_MISSING', 'HTTP 404'],
  ['a 403', { status: 403, contentType: 'application/json', body: '{}' }, 'BUNDLE_REFUSED', 'HTTP 403'],
  ['a 500', { status: 500, contentType: 'text/plain', body: 'oh' }, 'SERVER_ERROR', 'HTTP 500'],
] as const;

for (const [name, answer, code, text] of answers) {
  test(`a bundle answered by ${name} → ${code}`, async ({ lab, page, expected }) => {
    expected.push(/Failed to load/, new RegExp(code));
    await lab.install('sales', {
      ...healthy,
      'Chart.js': counter(),
      'dashboards/main.yaml': dashboard('Chart', 'Healthy'),
    });
    await page.route('**/widget/Chart.js*', (route) => route.fulfill(answer));
    await lab.trust('/plugin/sales/main');
    await expect(lab.panel('sales/Chart').getByRole('alert')).toHaveAttribute('data-code', code);
    await expect(lab.panel('sales/Chart')).toContainText(text);
    await lab.panel('sales/Healthy').getByRole('button').click();
    await expect(lab.panel('sales/Healthy')).toContainText('Count 1');
  });
}

test('a bundle that cannot be reached → UNREACHABLE', async ({ lab, page, expected }) => {
  expected.push(/Failed to load|UNREACHABLE/);
  await lab.install('sales', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  let offline = true;
  await page.route('**/widget/Chart.js*', (route) => (offline ? route.abort() : route.continue()));
  await lab.trust('/plugin/sales/main');
  const panel = lab.panel('sales/Chart');
  await expect(panel.getByRole('alert')).toHaveAttribute('data-code', 'UNREACHABLE');
  offline = false;
  await panel.getByRole('button', { name: 'Retry' }).click();
  await expect(panel).toHaveAttribute('data-status', 'ready');
});

test('prints the message of the card to the console, once', async ({ lab, page, expected }) => {
  expected.push(/NO_DEFAULT_EXPORT/);
  const lines: string[] = [];
  page.on('console', (message) => message.text().includes('[NousViz]') && lines.push(message.text()));
  await lab.install('sales', {
    'Chart.js': 'export const Chart = 1;',
    'dashboards/main.yaml': dashboard('Chart', 'Chart'),
  });
  await lab.trust('/plugin/sales/main');
  await expect(lab.panel('sales/Chart').first().getByRole('alert')).toContainText(
    'Chart.js did not export a default React component.',
  );
  const again = lab.panel('sales/Chart').last().getByRole('alert');
  await expect(again).toHaveText('No default exportRetryDetails');
  expect(lines).toEqual([
    '[NousViz] sales/Chart: Chart.js did not export a default React component. End the file with "export default function Chart". [NO_DEFAULT_EXPORT]',
  ]);
});
