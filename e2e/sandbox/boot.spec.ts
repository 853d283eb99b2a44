import { counter, dashboard, expect, test } from '../test.ts';
import { serveWithout } from './disarm.ts';

/** The number of requests by path, without the queries. */
const countOf = (paths: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const path of paths) {
    const name = path.replace(/\?.*/, '');
    if (/\/widget-runtime\/|\/widget\//.test(name)) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

test('frames start without requests of their own for the script, React and the shims', async ({
  lab,
  page,
  react,
}) => {
  const names = ['First', 'Second', 'Third'];
  await lab.install('sly', {
    ...Object.fromEntries(names.map((name) => [`${name}.js`, counter('', name)])),
    'dashboards/main.yaml': dashboard(...names),
  });
  await fetch(new URL('/api/plugins/sly/sandbox-frontend', lab.url), { method: 'POST' });
  const server = await serveWithout([], lab.url);
  try {
    await page.goto(new URL('/plugin/sly/main', server.url).href);
    for (const name of names)
      await expect(lab.frame(`sly/${name}`).getByRole('button')).toHaveText(`${name} 0`);
    const { '/api/widget-runtime/sandbox.html': pages, ...counts } = countOf(server.asked);
    expect(pages).toBeGreaterThan(0);
    // The page needs no shims either, since it runs no widget.
    expect(counts).toEqual({
      [`/api/widget-runtime/sandbox-${react}.js`]: 1,
      ...Object.fromEntries(names.map((name) => [`/api/plugins/sly/widget/${name}.js`, 1])),
    });
  } finally {
    server.close();
  }
});

test('a frame requests its script if the page has that of another version', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/Content Security Policy/);
  await lab.install('sly', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  // The frame's own request names the version.
  await page.route(/\/sandbox-\d+\.js$/, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: 'document.title = "old";' }),
  );
  await lab.sandbox('/plugin/sly/main');
  const button = lab.frame('sly/Chart').getByRole('button');
  await button.click();
  await expect(button).toHaveText('Count 1');
  expect(await button.evaluate(() => document.title)).not.toBe('old');
});

test('a frame whose script has another version of the protocol is stopped, and says so', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/Content Security Policy/, /FRAME_STOPPED/);
  await lab.install('sly', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  // The policy refuses the bytes of the page, and the frame requests them.
  await page.route(/\/sandbox-\d+\.js/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/wire:\d+/, 'wire:0') });
  });
  await lab.sandbox('/plugin/sly/main');
  await expect(lab.panel('sly/Chart').getByRole('alert')).toContainText(
    /version 0 of the protocol and the page has \d+; reload the page/,
  );
});

test('a widget renders in the task in which its bundle has run', async ({ lab }) => {
  await lab.install('sly', {
    'Chart.js': `import { useLayoutEffect, useState } from '/api/widget-runtime/react.js';
const events = [];
const { port1, port2 } = new MessageChannel();
const next = new Promise((resolve) => (port1.onmessage = resolve)).then(() => events.push('next task'));
port2.postMessage('');
export default function Chart() {
  const [text, setText] = useState('');
  useLayoutEffect(() => {
    events.push('rendered');
    next.then(() => setText(events.join()));
  }, []);
  return text;
}`,
    'dashboards/main.yaml': dashboard('Chart'),
  });
  await lab.sandbox('/plugin/sly/main');
  await expect(lab.frame('sly/Chart').getByText('next task')).toHaveText('rendered,next task');
});

test('the page shows a frame in the task in which it hears that the widget has rendered', async ({
  lab,
  page,
}) => {
  await lab.install('sly', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  await page.addInitScript(() => {
    const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage')!;
    Object.defineProperty(MessagePort.prototype, 'onmessage', {
      set(this: MessagePort, listener: (event: MessageEvent) => void) {
        set!.call(this, (event: MessageEvent) => {
          if (event.data?.type === 'rendered') {
            const { port1, port2 } = new MessageChannel();
            port1.addEventListener('message', () => {
              const { opacity } = document.querySelector('iframe')!.parentElement!.style;
              Object.assign(window, { opacity });
            });
            port1.start();
            port2.postMessage('');
          }
          listener(event);
        });
      },
    });
  });
  await lab.sandbox('/plugin/sly/main');
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'opacity') as unknown)).toBe('');
});

test('of 50 frames, only those near the viewport are alive', { tag: '@all' }, async ({ lab, page }) => {
  await lab.install('sly', {
    'Chart.js': `import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default () => jsx('div', { style: { height: 400 }, children: 'Shown' });`,
    'dashboards/main.yaml': dashboard(...Array.from({ length: 50 }, () => 'Chart')),
  });
  await lab.sandbox('/plugin/sly/main');
  const panels = lab.panel('sly/Chart');
  await expect(panels).toHaveCount(50);
  const shown = (index: number) => panels.nth(index).frameLocator('iframe').getByText('Shown');
  /** Where the panels with frames are: their number, and the greatest distance of one from the viewport, in pixels. */
  const alive = () =>
    page.evaluate(() => {
      const rects = [...document.querySelectorAll('[data-panel]:has(iframe)')].map((panel) =>
        panel.getBoundingClientRect(),
      );
      return {
        count: rects.length,
        distance: Math.max(...rects.map(({ top, bottom }) => Math.max(top - innerHeight, -bottom))),
      };
    });
  for (const index of [0, 30]) {
    await panels.nth(index).scrollIntoViewIfNeeded();
    await expect(shown(index)).toBeVisible();
    // A frame is created one viewport before it is visible, and those that the others push away are removed later.
    await expect.poll(async () => (await alive()).distance).toBeLessThanOrEqual(800);
    expect((await alive()).count).toBeLessThanOrEqual(8);
  }
  await expect(panels.first().locator('iframe')).toHaveCount(0);
  expect(page.frames().length, 'the documents of the others are gone').toBe((await alive()).count + 1);
});
