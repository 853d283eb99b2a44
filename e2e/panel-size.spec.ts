import type { Page } from '@playwright/test';
import { FILES } from './sized-widgets.ts';
import { expect, test } from './test.ts';

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

// Such as that an observer of sizes changes what it observes: development servers show it over the page.
test.beforeEach(({ page }) =>
  page.addInitScript(() => addEventListener('error', ({ message }) => console.error(message))),
);

for (const [layout, write] of Object.entries(LAYOUTS))
  for (const name of ['Fills', 'Percent', 'Late'])
    test(`${name} fills its panel in ${layout}, and shrinks and grows with the window`, async ({
      lab,
      page,
    }) => {
      await lab.install('size', { ...FILES, 'dashboards/main.yaml': `panels:${write(name)}\n` });
      await lab.trust('/plugin/size/main');
      await expect(lab.panel('size/Content')).toContainText('As high as its content.');
      const wide = await filled(page, name);
      expect(wide.height).toBeGreaterThanOrEqual(300);
      await page.setViewportSize({ width: 900, height: 700 });
      await expect(async () => expect((await filled(page, name)).width).toBeLessThan(wide.width)).toPass();
      const small = await filled(page, name);
      expect(small.height).toBe(wide.height);
      await page.setViewportSize({ width: 1280, height: 800 });
      await expect(async () => expect(await filled(page, name)).toEqual(wide)).toPass();
      // On a narrow page each panel has a row of its own, which is as high as its content or a chart.
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

const CHARTS = ['Fills', 'Percent', 'Titled', 'Fetched', 'Once', 'Svg', 'Late'] as const;

/** The height of a chart where its row has none, 18rem. */
const ROOM = 288;

const chartHeight = (page: Page, name: string) =>
  page
    .locator(`[data-panel="size/${name}"] :is(canvas, svg)`)
    .evaluate((chart) => chart.getBoundingClientRect().height);

const placeHeight = async (page: Page, name: string) => (await sizesOf(page, name)).parent.height;

const ALONE = {
  rows: (names: readonly string[]) =>
    names.map(
      (name, row) => `{ type: custom, component: ${name}, position: { row: ${row}, col: 1, width: 4 } }`,
    ),
  grid: (names: readonly string[]) =>
    names.map(
      (name, row) => `{ type: custom, component: ${name}, layout: { x: 0, y: ${row * 3}, w: 12, h: 3 } }`,
    ),
};

for (const [layout, write] of Object.entries(ALONE))
  test(`a chart alone in its row of ${layout} has a height of its own, and content has that of its content`, async ({
    lab,
    page,
  }) => {
    const yaml = write([...CHARTS, 'Small', 'Card']).map((panel) => `\n  - ${panel}`);
    await lab.install('size', { ...FILES, 'dashboards/main.yaml': `panels:${yaml.join('')}\n` });
    await lab.trust('/plugin/size/main');
    for (const name of CHARTS) {
      await expect(async () => expect(await placeHeight(page, name), name).toBe(ROOM)).toPass();
      const drawn = async () =>
        expect(await chartHeight(page, name), name).toBe(name === 'Titled' ? ROOM - 40 : ROOM);
      await expect(drawn).toPass();
    }
    expect((await sizesOf(page, 'Small')).panel.height).toBe(90);
    expect((await sizesOf(page, 'Card')).panel.height).toBe(90);
    // In a row of the host's height they have that.
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

test('a chart beside lower content has its height, in whichever order they load', async ({ lab, page }) => {
  const yaml = ['Card', 'Fetched', 'Small', 'Fills'].map(
    (name, index) =>
      `\n  - { type: custom, component: ${name}, position: { row: ${index >> 1}, col: ${(index % 2) + 1}, width: 2 } }`,
  );
  await lab.install('size', { ...FILES, 'dashboards/main.yaml': `panels:${yaml.join('')}\n` });
  await lab.trust('/plugin/size/main');
  for (const name of ['Fetched', 'Fills'])
    await expect(async () => expect(await chartHeight(page, name), name).toBe(ROOM)).toPass();
  expect(await placeHeight(page, 'Card')).toBe(ROOM);
});

test('a chart of text in places of its own has its height, alone and beside lower content', async ({
  lab,
  page,
}) => {
  const yaml = [
    ['Tiles', 1],
    ['Placed', 2],
    ['Small', 3],
    ['Tiles', 3],
  ].map(
    ([name, row], index) =>
      `\n  - { type: custom, component: ${name}, position: { row: ${row}, col: ${index}, width: 2 } }`,
  );
  await lab.install('size', { ...FILES, 'dashboards/main.yaml': `panels:${yaml.join('')}\n` });
  await lab.trust('/plugin/size/main');
  const heights = () =>
    page
      .locator('.tiles')
      .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().height)));
  await expect.poll(heights).toEqual([ROOM, ROOM, ROOM]);
});

test('a chart in a tab that was hidden has its height, beside lower content', async ({ lab, page }) => {
  const yaml = ['Percent', 'Card'].map(
    (name) => `\n  - { type: custom, component: ${name}, position: { row: 1, col: 1, width: 2 } }`,
  );
  await lab.install('size', { ...FILES, 'dashboards/main.yaml': `panels:${yaml.join('')}\n` });
  await page.addInitScript(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('[data-panel] { display: none !important }');
    Object.assign(globalThis, { sheet });
    document.adoptedStyleSheets = [sheet];
  });
  await lab.trust('/plugin/size/main');
  await expect(lab.panel('size/Percent').locator('canvas')).toBeAttached();
  await page.evaluate(() => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(
      (one) => one !== Reflect.get(globalThis, 'sheet'),
    );
  });
  await expect(async () => expect(await chartHeight(page, 'Percent')).toBe(ROOM)).toPass();
  expect(await placeHeight(page, 'Card')).toBe(ROOM);
});

test('a chart gets its height with the layout for the next paint, not while the widgets render', async ({
  lab,
  page,
}) => {
  await lab.install('size', {
    ...FILES,
    'dashboards/main.yaml': 'panels:\n  - { type: custom, component: Drawn }\n',
  });
  await page.addInitScript(() => {
    let hasLayout = false;
    const withLayout =
      <Given extends unknown[]>(act: (...given: Given) => void) =>
      (...given: Given) => {
        hasLayout = true;
        act(...given);
        hasLayout = false;
      };
    const { requestAnimationFrame: request, ResizeObserver: Observer } = globalThis;
    globalThis.requestAnimationFrame = (act) => request(withLayout(act));
    globalThis.ResizeObserver = class extends Observer {
      constructor(act: ResizeObserverCallback) {
        super(withLayout(act));
      }
    };
    const early: string[] = [];
    Object.assign(globalThis, { early });
    const { get } = Object.getOwnPropertyDescriptor(Element.prototype, 'clientHeight')!;
    Object.defineProperty(Element.prototype, 'clientHeight', {
      get(this: Element) {
        if (!hasLayout && this.closest('[data-panel]')) early.push(this.tagName);
        return get!.call(this);
      },
    });
  });
  await lab.trust('/plugin/size/main');
  await expect(async () =>
    expect(Math.round((await page.locator('#svg').boundingBox())!.height)).toBe(ROOM),
  ).toPass();
  expect(await page.evaluate(() => Reflect.get(globalThis, 'early'))).toEqual([]);
});

test('a chart has its height when its page, opened in the background, is painted for the first time', async ({
  lab,
  page,
}) => {
  await lab.install('size', {
    ...FILES,
    'dashboards/main.yaml': 'panels:\n  - { type: custom, component: Drawn }\n',
  });
  // Browsers call no animation frame in a background tab.
  await page.addInitScript(() => {
    const { requestAnimationFrame: request } = globalThis;
    const held: FrameRequestCallback[] = [];
    globalThis.requestAnimationFrame = (act) => held.push(act);
    Object.assign(globalThis, {
      paint() {
        globalThis.requestAnimationFrame = request;
        for (const act of held) request(act);
      },
    });
  });
  await lab.trust('/plugin/size/main');
  await expect(page.locator('#svg')).toBeAttached();
  const height = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          (Reflect.get(globalThis, 'paint') as () => void)();
          requestAnimationFrame(() =>
            resolve(Math.round(document.querySelector('#svg')!.getBoundingClientRect().height)),
          );
        }),
    );
  expect(await height()).toBe(ROOM);
});
