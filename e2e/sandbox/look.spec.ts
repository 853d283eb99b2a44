import type { Host } from '@nousviz/widget-runtime';
import { counter, dashboard, expect, test } from '../test.ts';

const SHOWN = `
import { useState, useEffect } from '/api/widget-runtime/react.js';
import { jsx, jsxs } from '/api/widget-runtime/react-jsx-runtime.js';
`;

test('a frame follows the theme, the language and the size of its page', async ({ lab, page }) => {
  await lab.install('sly', {
    'Chart.js': `${SHOWN}export default function Chart() {
      const [height, setHeight] = useState(150);
      return jsx('button', { className: 'bg-card', style: { display: 'block', height, color: 'hsl(var(--primary))' },
        onClick: () => setHeight(height === 150 ? 420 : 90), children: 'Grow' });
    }`,
    'dashboards/main.yaml': dashboard('Chart'),
  });
  await lab.sandbox('/plugin/sly/main');
  const button = lab.frame('sly/Chart').getByRole('button');
  const iframe = lab.panel('sly/Chart').locator('iframe');
  const heightOf = async () => (await iframe.boundingBox())?.height;
  await expect.poll(heightOf).toBe(150);
  await button.click();
  await expect.poll(heightOf).toBe(420);
  await button.click();
  await expect.poll(heightOf).toBe(90);

  const look = () =>
    button.evaluate((element) => {
      const { color, backgroundColor, fontFamily } = getComputedStyle(element.parentElement!);
      const { lang, dir, className } = document.documentElement;
      return {
        lang,
        dir,
        isDark: className.includes('dark'),
        primary: getComputedStyle(element).color,
        card: getComputedStyle(element).backgroundColor,
        color,
        backgroundColor,
        fontFamily,
      };
    });
  const pageLook = () =>
    page.evaluate(() => {
      const probe = document.createElement('button');
      probe.className = 'bg-card';
      probe.style.color = 'hsl(var(--primary))';
      document.querySelector('[data-panel]')!.append(probe);
      const { lang, className } = document.documentElement;
      const { color, backgroundColor: card } = getComputedStyle(probe);
      const around = getComputedStyle(probe.parentElement!);
      const { direction: dir, color: text, fontFamily } = around;
      probe.remove();
      const isDark = className.includes('dark');
      return {
        lang,
        dir,
        isDark,
        primary: color,
        card,
        color: text,
        backgroundColor: 'rgba(0, 0, 0, 0)',
        fontFamily,
      };
    });
  await expect.poll(look).toEqual(await pageLook());
  await page.evaluate(() => {
    document.documentElement.classList.toggle('dark');
    document.documentElement.lang = 'ar';
    document.documentElement.dir = 'rtl';
  });
  const changed = await pageLook();
  expect(changed).toMatchObject({ lang: 'ar', dir: 'rtl' });
  await expect.poll(look).toEqual(changed);
});

test('a chart that fills its panel has a height, and a widget of the frame’s height does not grow for ever', async ({
  lab,
}) => {
  await lab.install('sly', {
    'Chart.js': `${SHOWN}export default () => jsx('div', { style: { height: '100%', background: 'red' } });`,
    'Loop.js': `${SHOWN}export default () => jsx('div', { style: { height: 'calc(100vh + 10px)' } });`,
    'dashboards/main.yaml': dashboard('Chart', 'Loop'),
  });
  await lab.sandbox('/plugin/sly/main');
  const heightOf = async (name: string) => (await lab.panel(name).locator('iframe').boundingBox())?.height;
  await expect.poll(() => heightOf('sly/Chart')).toBe(288);
  await expect.poll(() => heightOf('sly/Loop')).toBeGreaterThan(200);
  const settled = await heightOf('sly/Loop');
  expect(settled).toBeLessThan(400);
});

test('a chart fills a frame that is higher than it needs, because of its row', async ({ lab }) => {
  const panelOf = (name: string, col: number) => ({
    type: 'custom',
    component: name,
    position: { row: 0, col, width: 6 },
  });
  await lab.install('sly', {
    'Chart.js': `${SHOWN}export default () => jsx('div', { className: 'chart', style: { height: '100%' } });`,
    'Text.js': `${SHOWN}export default () => jsx('div', { style: { height: 600 }, children: 'Shown' });`,
    'dashboards/main.yaml': JSON.stringify({
      title: 'main',
      panels: [panelOf('Chart', 0), panelOf('Text', 6)],
    }),
  });
  await lab.sandbox('/plugin/sly/main');
  const heightOf = async (name: string) => (await lab.panel(name).locator('iframe').boundingBox())?.height;
  await expect.poll(() => heightOf('sly/Text')).toBe(600);
  await expect.poll(() => heightOf('sly/Chart')).toBe(600);
  const chart = lab.frame('sly/Chart').locator('.chart');
  await expect.poll(async () => (await chart.boundingBox())?.height).toBe(600);
  // A frame that moves starts again, now in the height of its row.
  await chart.evaluate(() => Object.assign(globalThis, { isOld: true }));
  await lab.panel('sly/Chart').evaluate((panel) => panel.parentElement!.append(panel));
  await expect.poll(() => chart.evaluate(() => 'isOld' in globalThis)).toBe(false);
  await expect.poll(async () => (await chart.boundingBox())?.height).toBe(600);
});

test('a widget that is higher than its panel covers nothing below it', async ({ lab, page }) => {
  await lab.install('sly', {
    'Chart.js': `${SHOWN}export default () => jsx('div', { style: { height: 600 }, children: 'Shown' });`,
    'dashboards/main.yaml': dashboard('Chart'),
  });
  await lab.sandbox('/plugin/sly/main');
  const panel = lab.panel('sly/Chart');
  const frameBelow = () =>
    panel.evaluate((element) => {
      const { left, bottom } = element.getBoundingClientRect();
      return document.elementsFromPoint(left + 20, bottom + 20).some(({ tagName }) => tagName === 'IFRAME');
    });
  await expect.poll(async () => (await panel.locator('iframe').boundingBox())?.height).toBe(600);
  for (const property of ['height', 'max-height']) {
    const style = await page.addStyleTag({ content: `[data-panel] { ${property}: 200px !important; }` });
    expect((await panel.boundingBox())?.height).toBe(200);
    expect(await frameBelow(), property).toBe(false);
    await style.evaluate((element) => (element as Element).remove());
  }
});

test('a chart keeps its height when its plugin is trusted, and sandboxed again', async ({ lab, page }) => {
  await lab.install('sly', {
    'Chart.js': `${SHOWN}export default () => jsx('div', { className: 'chart', style: { height: '100%' } });`,
    'dashboards/main.yaml': dashboard('Chart'),
  });
  await lab.sandbox('/plugin/sly/main');
  const heightOf = async (selector: string) =>
    (await lab.panel('sly/Chart').locator(selector).boundingBox())?.height;
  await expect.poll(() => heightOf('iframe')).toBe(288);
  const decide = (verdict: 'trust' | 'sandbox') =>
    page.evaluate(
      (chosen) => (globalThis as unknown as { demoHost: Host }).demoHost.plugins[chosen]('sly'),
      verdict,
    );
  await decide('trust');
  await expect.poll(() => heightOf('.chart')).toBe(288);
  await decide('sandbox');
  await expect.poll(() => heightOf('iframe')).toBe(288);
});

test('the page measures nothing of a sandboxed widget, since each measure computes the layout of all', async ({
  lab,
  page,
}) => {
  await page.addInitScript(() => {
    const measured: string[] = [];
    Object.assign(globalThis, { measured });
    const { get } = Object.getOwnPropertyDescriptor(Element.prototype, 'clientHeight')!;
    Object.defineProperty(Element.prototype, 'clientHeight', {
      configurable: true,
      get(this: Element) {
        if (this.querySelector('[data-sandboxed]') || this.closest('[data-sandboxed]'))
          measured.push(this.outerHTML);
        return get!.call(this) as number;
      },
    });
  });
  await lab.install('sly', {
    'Chart.js': `${SHOWN}export default () => jsx('div', { style: { height: 200 }, children: 'Shown' });`,
    'dashboards/main.yaml': dashboard('Chart', 'Chart'),
  });
  await lab.sandbox('/plugin/sly/main');
  await page.reload();
  const iframe = lab.panel('sly/Chart').first().locator('iframe');
  await expect.poll(async () => (await iframe.boundingBox())?.height).toBe(200);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'measured') as string[])).toEqual([]);
});

for (const [size, height] of Object.entries({ lower: 80.4, higher: 200.4 }))
  test(`a widget that is ${size} than its first frame is measured once`, async ({ lab, page }) => {
    await page.addInitScript(() => {
      Object.assign(globalThis, { rooms: 0, heights: 0 });
      const count = (name: string) => Reflect.set(globalThis, name, Reflect.get(globalThis, name) + 1);
      const { querySelectorAll } = Element.prototype;
      Element.prototype.querySelectorAll = function counted(this: Element, selector: string) {
        if (selector.includes('svg *')) count('rooms');
        return querySelectorAll.call(this, selector);
      } as typeof querySelectorAll;
      const { getBoundingClientRect } = Element.prototype;
      Element.prototype.getBoundingClientRect = function counted(this: Element) {
        if (this.id === 'nousviz-root') count('heights');
        return getBoundingClientRect.call(this);
      };
    });
    await lab.install('sly', {
      'Chart.js': `${SHOWN}export default () => jsx('svg', { width: 60, height: ${height}, style: { display: 'block' } });`,
      'dashboards/main.yaml': dashboard('Chart'),
    });
    await lab.sandbox('/plugin/sly/main');
    await page.reload();
    const iframe = lab.panel('sly/Chart').locator('iframe');
    await expect.poll(async () => (await iframe.boundingBox())?.height).toBe(Math.ceil(height));
    const root = lab.frame('sly/Chart').locator('#nousviz-root');
    // Two frames of the page, and the tasks that they start.
    await root.evaluate(
      () =>
        new Promise((resolve) =>
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50))),
        ),
    );
    expect(
      await root.evaluate(() => ({
        rooms: Reflect.get(globalThis, 'rooms') as number,
        heights: Reflect.get(globalThis, 'heights') as number,
      })),
    ).toEqual({ rooms: 1, heights: 1 });
  });

test('a new config reaches the widget, which keeps its state', async ({ lab, page }) => {
  await lab.install('sly', {
    'Chart.js': `${SHOWN}export default function Chart({ config }) {
      const [count, setCount] = useState(0);
      return jsx('button', { onClick: () => setCount(count + 1), children: config.title + ' ' + count + ' ' + Object.isFrozen(config) });
    }`,
    'dashboards/main.yaml': 'panels: [{ type: custom, component: Chart, config: { title: Before } }]\n',
  });
  await lab.sandbox('/plugin/sly/main');
  const button = lab.frame('sly/Chart').getByRole('button');
  await button.click();
  await expect(button).toHaveText('Before 1 true');
  await lab.install('sly', {
    'Chart.js': '',
    'plugin.yaml': 'id: sly\nversion: 1.0.0\nfrontend:\n  components: [{ name: Chart, path: Chart.js }]\n',
    'dashboards/main.yaml': 'panels: [{ type: custom, component: Chart, config: { title: After } }]\n',
  });
  await page.evaluate(() => (window as unknown as { demoHost: Host }).demoHost.dashboards.refresh());
  await expect(button).toHaveText('After 1 true');
});

test('a frame is not visible while a page that was frozen asks what is trusted', async ({ lab, page }) => {
  await lab.install('sly', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.sandbox('/plugin/sly/main');
  const button = lab.frame('sly/Chart').getByRole('button');
  await button.click();
  const box = page.locator('[data-sandboxed]');
  await expect(box).toHaveCSS('opacity', '1');
  await page.evaluate(() => document.dispatchEvent(new Event('freeze')));
  await expect(box).toHaveCSS('opacity', '0');
  await page.evaluate(() => document.dispatchEvent(new Event('resume')));
  await expect(box).toHaveCSS('opacity', '1');
  await expect(button).toHaveText('Count 1');
});
