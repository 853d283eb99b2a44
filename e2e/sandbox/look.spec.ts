import type { Host } from '@nousviz/widget-runtime';
import { dashboard, expect, test } from '../test.ts';

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
