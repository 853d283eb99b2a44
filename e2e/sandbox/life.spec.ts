import { counter, dashboard, expect, test } from '../test.ts';

test('a widget that hangs is stopped, and Retry starts it again', async ({ lab, expected }) => {
  expected.push(/FRAME_HUNG/);
  await lab.install('sly', {
    // Later, since a click ends only when the frame has handled it.
    'Chart.js': counter(
      'useEffect(() => { if (count === 1) setTimeout(() => { for (;;); }, 500); }, [count]);',
    ),
    'dashboards/main.yaml': dashboard('Chart'),
  });
  await lab.sandbox('/plugin/sly/main');
  const button = lab.frame('sly/Chart').getByRole('button');
  await button.click();
  const card = lab.panel('sly/Chart').getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'FRAME_HUNG');
  await expect(card).toContainText('did not answer for 5 s');
  await card.getByRole('button', { name: 'Retry' }).click();
  await expect(button).toHaveText('Count 0');
});

test('a frame that cannot start is reported', async ({ lab, page, expected }) => {
  expected.push(/FRAME_NOT_STARTED/, /404/);
  await lab.install('sly', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  let isDown = true;
  await page.route('**/widget-runtime/sandbox-*.js*', (route) =>
    isDown ? route.fulfill({ status: 404 }) : route.continue(),
  );
  await lab.sandbox('/plugin/sly/main');
  const card = lab.panel('sly/Chart').getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'FRAME_NOT_STARTED');
  isDown = false;
  await card.getByRole('button', { name: 'Retry' }).click();
  await expect(lab.frame('sly/Chart').getByRole('button')).toHaveText('Count 0');
});

/** What other scripts of the page have replaced, so that it throws at the first frame. They run in the page. */
const REPLACED = {
  MessageChannel: () => {
    const Real = MessageChannel;
    let isBroken = true;
    window.MessageChannel = function Patched() {
      if (!isBroken || !document.querySelector('[data-sandboxed]')) return new Real();
      isBroken = false;
      throw new Error('patched');
    } as never;
  },
  'the observer of the page’s look': () => {
    const { observe } = MutationObserver.prototype;
    let isBroken = true;
    MutationObserver.prototype.observe = function patched(target, options) {
      const isLook = target === document.body && !options?.childList;
      if (!isBroken || !isLook || !document.querySelector('[data-sandboxed]'))
        return observe.call(this, target, options);
      isBroken = false;
      throw new Error('patched');
    };
  },
};

for (const [name, replace] of Object.entries(REPLACED))
  test(`a frame that cannot be opened, since ${name} throws, says so, and the others open`, async ({
    lab,
    page,
    expected,
  }) => {
    expected.push(/FRAME_NOT_OPENED/);
    await lab.install('sly', {
      'Chart.js': counter(),
      'Other.js': counter('', 'Other'),
      'dashboards/main.yaml': dashboard('Chart', 'Other'),
    });
    await page.addInitScript(replace);
    await lab.sandbox('/plugin/sly/main');
    // Either frame may be the first.
    const card = page.locator('[data-code="FRAME_NOT_OPENED"]');
    await expect(card).toHaveCount(1);
    await expect(card).toContainText('could not open the sandboxed frame of the widget: patched');
    const widgets = page.locator('[data-sandboxed] iframe').contentFrame().getByRole('button');
    await expect(widgets).toHaveText(/^(Count|Other) 0$/);
    await card.getByRole('button', { name: 'Retry' }).click();
    await expect(lab.frame('sly/Chart').getByRole('button')).toHaveText('Count 0');
    await expect(lab.frame('sly/Other').getByRole('button')).toHaveText('Other 0');
  });

test('frames open on a page that has replaced IntersectionObserver by one that throws', async ({
  lab,
  page,
  expected,
}) => {
  // The observer of links throws too, when the page is idle, and no link is loaded ahead.
  expected.push(/uncaught: patched/);
  await lab.install('sly', {
    'Chart.js': counter(),
    'Other.js': counter('', 'Other'),
    'dashboards/main.yaml': dashboard('Chart', 'Other'),
  });
  await page.addInitScript(() => {
    const Real = IntersectionObserver;
    window.IntersectionObserver = function Patched(...given: [IntersectionObserverCallback]) {
      if (document.querySelector('[data-sandboxed]')) throw new Error('patched');
      return new Real(...given);
    } as never;
  });
  await lab.sandbox('/plugin/sly/main');
  await expect(lab.frame('sly/Chart').getByRole('button')).toHaveText('Count 0');
  await expect(lab.frame('sly/Other').getByRole('button')).toHaveText('Other 0');
});

test('a frame that leaves its page is stopped', async ({ lab, expected }) => {
  expected.push(/FRAME_STOPPED/, /frame-src|frame-ancestors|Refused|violates/);
  await lab.install('sly', {
    'Chart.js': counter(
      "if (count === 1) location.href = '/api/widget-runtime/sandbox.html?plugin=sly&react=19&left';",
    ),
    'dashboards/main.yaml': dashboard('Chart'),
  });
  await lab.sandbox('/plugin/sly/main');
  await lab.frame('sly/Chart').getByRole('button').click({ noWaitAfter: true });
  const card = lab.panel('sly/Chart').getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'FRAME_STOPPED');
  await expect(card).toContainText('it left its page');
});

test(
  'frames far from the viewport are created when it comes near',
  { tag: '@all' },
  async ({ lab, page }) => {
    await lab.install('sly', {
      'Chart.js': `import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default () => jsx('div', { style: { height: 500 }, children: 'Shown' });`,
      'dashboards/main.yaml': dashboard(...Array.from({ length: 20 }, () => 'Chart')),
    });
    await lab.sandbox('/plugin/sly/main');
    const panels = lab.panel('sly/Chart');
    await expect(panels).toHaveCount(20);
    await expect(panels.first().frameLocator('iframe').getByText('Shown')).toBeVisible();
    await expect.poll(() => page.locator('iframe').count()).toBeLessThan(8);
    await panels.last().scrollIntoViewIfNeeded();
    await expect(panels.last().frameLocator('iframe').getByText('Shown')).toBeVisible();
    // The first frames are far away now.
    await expect(panels.first().locator('iframe')).toHaveCount(0);
  },
);

test('the keyboard leads into a frame and out of it', async ({ lab, page }) => {
  await lab.install('sly', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.sandbox('/plugin/sly/main');
  const button = lab.frame('sly/Chart').getByRole('button');
  await expect(button).toHaveText('Count 0');
  const isInside = () => page.evaluate(() => document.activeElement?.tagName === 'IFRAME');
  let presses = 0;
  while (!(await isInside()) && presses < 40) {
    await page.keyboard.press('Tab');
    presses += 1;
  }
  // The frame hears of the focus later than the page.
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(button).toHaveText('Count 1');
  await page.keyboard.press('Shift+Tab');
  await expect.poll(isInside).toBe(false);
});

test('nothing of the page, of its session or of other plugins is within reach', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/violates|Refused|blocked|Blocked|sandboxed/);
  await lab.install('sly', {
    'Chart.js': counter(`
      const tried = (run) => { try { const value = run(); return value === undefined ? 'nothing' : String(value); } catch (error) { return error.name; } };
      globalThis.found = {
        parent: tried(() => parent.document.title), top: tried(() => top.location.href),
        storage: tried(() => localStorage.length), cookie: tried(() => document.cookie),
        rtc: tried(() => globalThis.RTCPeerConnection),
      };
      globalThis.ask = (url, init) => props.host.apiFetch(url, init).then(async (response) => response.status + ' ' + await response.text(), (error) => error.code);
    `),
    'mock/items.json': '{ "GET /items": { "body": [1, 2] } }',
    'dashboards/main.yaml': dashboard('Chart'),
  });
  const marks: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/items')) marks.push(request.headers()['x-nousviz-widget']);
  });
  await lab.sandbox('/plugin/sly/main');
  const button = lab.frame('sly/Chart').getByRole('button');
  await expect(button).toHaveText('Count 0');
  expect(await button.evaluate(() => Reflect.get(window, 'found') as unknown)).toEqual({
    parent: 'SecurityError',
    top: 'SecurityError',
    storage: 'SecurityError',
    cookie: 'SecurityError',
    rtc: 'nothing',
  });
  const ask = (url: string, method = 'GET') =>
    button.evaluate((_, [to, how]) => Reflect.get(window, 'ask')(to, { method: how }) as Promise<string>, [
      url,
      method,
    ] as const);
  expect(await ask('/api/plugins/sly/items')).toBe('200 [1,2]');
  expect(marks).toEqual(['sly']);
  expect(await ask('/api/plugins/sly/trust-frontend', 'POST')).toBe('ROUTE_REFUSED');
  expect(await ask('/api/plugins')).toBe('ROUTE_REFUSED');
});

test('a widget that goes on beyond its limits is stopped, and the next one works', async ({
  lab,
  expected,
}) => {
  expected.push(/FRAME_STOPPED/);
  await lab.install('sly', {
    'Chart.js': counter(`useEffect(() => {
      if (count === 0) return;
      // Later, since a click does not end in a frame that is gone.
      setTimeout(() => {
        for (let index = 0; index < 5000; index += 1) props.host.apiFetch('/api/plugins/sly/items').catch(() => {});
      }, 500);
    }, [count]);`),
    'mock/items.json': '{ "GET /items": { "body": [] } }',
    'Other.js': counter('', 'Other'),
    'dashboards/main.yaml': dashboard('Chart', 'Other'),
  });
  await lab.sandbox('/plugin/sly/main');
  // A frame that gets its height moves under the pointer.
  for (const name of ['sly/Chart', 'sly/Other'])
    await expect(lab.panel(name).locator(':has(> iframe)')).toHaveCSS('opacity', '1');
  await lab.frame('sly/Chart').getByRole('button').click();
  const card = lab.panel('sly/Chart').getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'FRAME_STOPPED');
  await expect(card).toContainText('it went on beyond its limits');
  const other = lab.frame('sly/Other').getByRole('button');
  await other.click();
  await expect(other).toHaveText('Other 1');
  await card.getByRole('button', { name: 'Retry' }).click();
  await expect(lab.frame('sly/Chart').getByRole('button')).toHaveText('Count 0');
});
