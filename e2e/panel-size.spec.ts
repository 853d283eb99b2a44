import type { Page } from '@playwright/test';
import { expect, test } from './test.ts';

/** The bundle of a widget whose module has `code`, which ends in a component. */
const widget = (code: string) => `
import { useEffect, useLayoutEffect, useRef, useState, Suspense, lazy } from '/api/widget-runtime/react.js';
import { jsx, jsxs } from '/api/widget-runtime/react-jsx-runtime.js';
${code}`;

/**
 * As react-virtualized-auto-sizer and ParentSize of visx do it: an element that takes no space, and a chart as large as its parent's
 * content box.
 */
const AUTO_SIZER = `
function AutoSizer({ draw }) {
  const ref = useRef(null);
  const [size, setSize] = useState();
  useLayoutEffect(() => {
    const parent = ref.current.parentElement;
    const read = () => {
      const style = getComputedStyle(parent);
      const width = parent.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const height = parent.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
      setSize({ width, height });
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(parent);
    return () => observer.disconnect();
  }, []);
  return jsx('div', { ref, style: { width: 0, height: 0, overflow: 'visible' }, children: size && draw(size) });
}
const Canvas = ({ width, height }) => jsx('canvas', { width, height, style: { display: 'block', width, height } });`;

const FILES = {
  // Its root measures the element around it.
  'Fills.js': widget(`${AUTO_SIZER}
export default () => jsx(AutoSizer, { draw: Canvas });`),
  // As ResponsiveContainer of Recharts 3: an element of 100 % by 100 %, and a chart of its size that takes no space.
  'Percent.js': widget(`
export default function Percent() {
  const ref = useRef(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => setSize({ width: contentRect.width, height: contentRect.height }));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  const canvas = jsx('canvas', { style: { display: 'block' }, width: Math.floor(size.width), height: Math.floor(size.height) });
  return jsx('div', { ref, style: { width: '100%', height: '100%', minWidth: 0 }, children:
    jsx('div', { style: { width: 0, height: 0, overflow: 'visible' }, children: canvas }) });
}`),
  'Content.js': widget(`
export default () => jsx('div', { style: { height: 320 }, className: 'content', children: 'As high as its content.' });`),
  'Small.js': widget(`
export default () => jsx('div', { style: { height: 90 }, className: 'content', children: 'Small.' });`),
  // It suspends first, and measures its parent when the data is there.
  'Late.js': widget(`${AUTO_SIZER}
const Inner = lazy(() => new Promise((resolve) => setTimeout(() => resolve({ default: () => jsx(AutoSizer, { draw: Canvas }) }), 50)));
export default () => jsx(Inner, {});`),
};

const LAYOUTS = {
  rows: (name: string) => `
  - { type: custom, component: Content, position: { row: 1, col: 1, width: 2 } }
  - { type: custom, component: ${name}, position: { row: 1, col: 2, width: 2 } }`,
  grid: (name: string) => `
  - { type: custom, component: Content, layout: { x: 0, y: 0, w: 6, h: 2 } }
  - { type: custom, component: ${name}, layout: { x: 6, y: 0, w: 6, h: 2 } }`,
  labels: (name: string) => `
  - { type: custom, component: Content, label: Left, layout: { x: 0, y: 0, w: 4, h: 2 } }
  - { type: custom, component: ${name}, label: Right, layout: { x: 4, y: 0, w: 8, h: 2 } }`,
};

interface Sizes {
  /** The content box of the panel, without its label. */
  panel: { width: number; height: number };
  parent: { width: number; height: number };
  canvas?: { width: number; height: number } | undefined;
}

const sizesOf = (page: Page, name: string) =>
  page.evaluate((panelName): Sizes => {
    const panel = document.querySelector<HTMLElement>(`[data-panel="size/${panelName}"]`)!;
    const place = panel.querySelector<HTMLElement>(':scope > div')!;
    const style = getComputedStyle(panel);
    const inner = panel.getBoundingClientRect();
    const heading = panel.querySelector('h3');
    const top = heading
      ? heading.getBoundingClientRect().height + parseFloat(getComputedStyle(heading).marginBottom)
      : 0;
    const box = (element: Element) => {
      const { width, height } = element.getBoundingClientRect();
      return { width: Math.round(width), height: Math.round(height) };
    };
    const sides = ['paddingLeft', 'paddingRight', 'borderLeftWidth', 'borderRightWidth'] as const;
    const ends = ['paddingTop', 'paddingBottom', 'borderTopWidth', 'borderBottomWidth'] as const;
    const sum = (keys: readonly (typeof sides)[number][] | readonly (typeof ends)[number][]) =>
      keys.reduce((total, key) => total + parseFloat(style[key]), 0);
    const canvas = panel.querySelector('canvas');
    return {
      panel: {
        width: Math.round(inner.width - sum(sides)),
        height: Math.round(inner.height - sum(ends) - top),
      },
      parent: box(place.firstElementChild!),
      canvas: canvas ? box(canvas) : undefined,
    };
  }, name);

/** Waits until a chart has the size of its panel. @returns That size. */
async function filled(page: Page, name: string) {
  await expect(async () => {
    const { panel, parent, canvas } = await sizesOf(page, name);
    expect(parent).toEqual(panel);
    expect(Math.abs(canvas!.width - panel.width)).toBeLessThanOrEqual(1);
    expect(Math.abs(canvas!.height - panel.height)).toBeLessThanOrEqual(1);
  }).toPass();
  return (await sizesOf(page, name)).panel;
}

for (const [layout, write] of Object.entries(LAYOUTS))
  for (const name of ['Fills', 'Percent', 'Late'])
    test(`${name} fills its panel in ${layout}, and shrinks and grows with the window`, async ({
      lab,
      page,
    }) => {
      await lab.install('size', { ...FILES, 'dashboards/main.yaml': `panels:${write(name)}\n` });
      await lab.trust('/plugin/size/main');
      const wide = await filled(page, name);
      expect(wide.height).toBeGreaterThanOrEqual(300);
      await page.setViewportSize({ width: 900, height: 700 });
      await expect(async () => expect((await filled(page, name)).width).toBeLessThan(wide.width)).toPass();
      const small = await filled(page, name);
      expect(small.height).toBe(wide.height);
      await page.setViewportSize({ width: 1280, height: 800 });
      await expect(async () => expect(await filled(page, name)).toEqual(wide)).toPass();
      // On a narrow page each panel has a row of its own, which is as high as its content or a skeleton.
      await page.setViewportSize({ width: 500, height: 800 });
      await expect(async () => expect((await filled(page, name)).height).toBeLessThan(wide.height)).toPass();
      expect((await filled(page, name)).height).toBeGreaterThan(0);
    });

for (const [layout, write] of Object.entries(LAYOUTS))
  test(`a panel in ${layout} is as high as its content`, async ({ lab, page }) => {
    await lab.install('size', { ...FILES, 'dashboards/main.yaml': `panels:${write('Small')}\n` });
    await lab.trust('/plugin/size/main');
    await expect(lab.panel('size/Content')).toContainText('As high as its content.');
    await expect(lab.panel('size/Small')).toContainText('Small.');
    const { panel, parent } = await sizesOf(page, 'Content');
    expect(panel.height).toBe(320);
    expect(parent).toEqual(panel);
    expect(await lab.panel('size/Small').locator('.content').boundingBox()).toMatchObject({ height: 90 });
    expect((await sizesOf(page, 'Small')).parent.height).toBe(320);
  });

test('a chart alone in its row is drawn, and a panel of the host’s height is not exceeded', async ({
  lab,
  page,
}) => {
  const alone = ['Fills', 'Percent', 'Small']
    .map(
      (name, row) =>
        `\n  - { type: custom, component: ${name}, position: { row: ${row}, col: 1, width: 4 } }`,
    )
    .join('');
  await lab.install('size', { ...FILES, 'dashboards/main.yaml': `panels:${alone}\n` });
  await lab.trust('/plugin/size/main');
  for (const name of ['Fills', 'Percent']) {
    const { height } = await filled(page, name);
    expect(height).toBeGreaterThan(0);
  }
  expect((await sizesOf(page, 'Small')).panel.height).toBe(90);
  for (const height of [400, 200]) {
    await page.evaluate((px) => {
      for (const panel of document.querySelectorAll<HTMLElement>('[data-panel]'))
        panel.parentElement!.style.height = `${px}px`;
    }, height);
    for (const name of ['Fills', 'Percent'])
      await expect(async () => {
        const size = await filled(page, name);
        expect(size.height).toBeGreaterThan(height - 80);
        expect(size.height).toBeLessThanOrEqual(height);
      }).toPass();
  }
});
