import type { Page } from '@playwright/test';
import { dashboard, expect, test } from './test.ts';

const FEW = 3;
const MANY = 30;

interface Counts {
  /** The observers that have observed something in a panel. */
  observers: number;
  /** The reads of a size in a panel, outside the work that the browser does for a paint. Each may compute a layout. */
  reads: number;
}

/** Counts what the page does. It runs in the page. */
function count() {
  const counts: Counts = { observers: 0, reads: 0 };
  for (const name of ['ResizeObserver', 'MutationObserver'] as const) {
    const Observer = window[name] as new (callback: never) => { observe(target: Node): void };
    class Counted extends Observer {
      isCounted = false;
      override observe(target: Node, ...options: []) {
        super.observe(target, ...options);
        const isInPanel = target instanceof Element && target.closest('[data-panel]');
        if (this.isCounted || !isInPanel) return;
        this.isCounted = true;
        counts.observers += 1;
      }
    }
    Reflect.set(window, name, Counted);
  }
  let isPainting = false;
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => (isPainting = false));
  port1.start();
  function onFrame() {
    isPainting = true;
    // The message comes after the callbacks of observers, which are called before the paint.
    port2.postMessage(undefined);
    requestAnimationFrame(onFrame);
  }
  requestAnimationFrame(onFrame);
  const { get } = Object.getOwnPropertyDescriptor(Element.prototype, 'clientWidth')!;
  Object.defineProperty(Element.prototype, 'clientWidth', {
    get(this: Element) {
      if (!isPainting && this.closest('[data-panel]')) counts.reads += 1;
      return get!.call(this) as number;
    },
  });
  Object.assign(window, { counts });
}

/** A widget of several elements, some of which are in a line of text. */
const TEXT = `import { jsx, jsxs } from '/api/widget-runtime/react-jsx-runtime.js';
export default () => jsxs('p', { children: [jsx('b', { children: 'Revenue' }), ' ', jsx('span', { children: '12' })] });`;

/** Leaves the dashboard. */
async function leave(page: Page) {
  await page.evaluate(() => history.pushState(null, '', '/'));
  await expect(page.locator('[data-panel]')).toHaveCount(0);
}

/** Opens a dashboard with so many panels. @returns What the page needed for it. */
async function costOf(page: Page, panels: number) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const counts = await page.evaluate(() => Reflect.get(window, 'counts') as Counts);
    return { layouts: metrics.find(({ name }) => name === 'LayoutCount')!.value, ...counts };
  };
  const before = await read();
  await page.evaluate((name) => history.pushState(null, '', `/plugin/text/${name}`), `of-${panels}`);
  await expect(page.locator('[data-panel][data-status="ready"] span')).toHaveCount(panels);
  // By the second frame all observers have reported.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const after = await read();
  await session.detach();
  return {
    layouts: after.layouts - before.layouts,
    observers: after.observers - before.observers,
    reads: after.reads - before.reads,
  };
}

test('many panels need as many layouts and observers of the page as a few', async ({ lab, page }) => {
  await page.addInitScript(count);
  const names = Array.from({ length: MANY }, (_, index) => `Text${index}`);
  await lab.install('text', {
    ...Object.fromEntries(names.map((name) => [`${name}.js`, TEXT])),
    [`dashboards/of-${FEW}.yaml`]: dashboard(...names.slice(0, FEW)),
    [`dashboards/of-${MANY}.yaml`]: dashboard(...names),
  });
  await fetch(new URL('/api/plugins/text/trust-frontend', lab.url), { method: 'POST' });
  // All bundles and observers of panels are there.
  await lab.open(`/plugin/text/of-${MANY}`);
  await expect(page.locator('[data-panel][data-status="ready"] span')).toHaveCount(MANY);
  await leave(page);
  for (const panels of [FEW, MANY]) {
    const { layouts, observers, reads } = await costOf(page, panels);
    // Those of the page itself, and one that finds the heights of all panels.
    expect(layouts).toBeLessThanOrEqual(6);
    expect(observers).toBe(0);
    expect(reads).toBe(0);
    await leave(page);
  }
});
