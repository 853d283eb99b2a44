import type { Page } from '@playwright/test';
import { expect, frameIn, test, type Site } from './places.ts';

/** The time without an answer after which a frame is stopped, and the time that is measured before the loop, in seconds. */
const HANG_TIMEOUT = 5;

const LOOPING = `
import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
// Later, since a click does not end in a frame that hangs.
const hang = () => setTimeout(() => { for (;;); }, 200);
export default () => jsx('button', { onClick: hang, children: 'Loop' });`;

const TICKING = `
const ticks = (globalThis.ticks = []);
setInterval(() => ticks.push(Date.now()), 50);
export default () => 'Ticks';`;

const OWN_SITES: Omit<Site, 'plugins'> = {
  server: (origin) => ({
    origins: [origin],
    sandboxOrigin: (id) => `http://${id}.localhost:${new URL(origin).port}`,
  }),
  sandbox: (origin) => `{ sandboxOrigin: (id) => \`http://\${id}.localhost:${new URL(origin).port}\` }`,
};

/** Records when the page’s timers and frames run, its long tasks, and when the frame was stopped. */
const watch = (page: Page) =>
  page.evaluate(() => {
    const seen = {
      timers: [] as number[],
      frames: [] as number[],
      tasks: [] as [number, number][],
      stopped: 0,
    };
    Object.assign(window, { seen });
    setInterval(() => seen.timers.push(Date.now()), 50);
    const onFrame = () => {
      seen.frames.push(Date.now());
      requestAnimationFrame(onFrame);
    };
    onFrame();
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        seen.tasks.push([performance.timeOrigin + startTime, duration]);
    }).observe({ type: 'longtask' });
    new MutationObserver(() => {
      if (document.querySelector('[data-code="FRAME_HUNG"]')) seen.stopped ||= Date.now();
    }).observe(document.body, { childList: true, subtree: true });
    return Date.now();
  });

type Seen = Record<'timers' | 'frames', number[]> & { tasks: [number, number][]; stopped: number };

for (const [name, site, isAlone] of [
  ['a site of its own', OWN_SITES, true],
  ['the site of the other frames', {}, false],
] as const)
  test(
    `a frame in ${name} hangs, and the page goes on`,
    { tag: isAlone ? [] : '@all' },
    async ({ page, show, expected }, info) => {
      expected.push(/FRAME_HUNG/);
      await show({ ...site, plugins: { sly: LOOPING, calm: TICKING } });
      const button = frameIn(page, 'sly').getByRole('button');
      await expect(button).toBeVisible();
      await expect(frameIn(page, 'calm').getByText('Ticks')).toBeVisible();
      await watch(page);
      await page.waitForTimeout(HANG_TIMEOUT * 1000);
      await button.click();
      const start = (await page.evaluate(() => Date.now())) + 200;
      await expect
        .poll(() => page.evaluate(() => (Reflect.get(window, 'seen') as Seen).stopped))
        .toBeGreaterThan(0);
      const seen = await page.evaluate(() => Reflect.get(window, 'seen') as Seen);
      // The process of a frame that was removed goes on with its loop, as long as other frames are in it.
      await expect(page.locator('[data-code="FRAME_HUNG"]')).toHaveCount(isAlone ? 1 : 2);
      const ticks = isAlone
        ? await frameIn(page, 'calm')
            .locator('body')
            .evaluate(() => Reflect.get(window, 'ticks') as number[])
        : [];

      const length = Math.min(seen.stopped - start, HANG_TIMEOUT * 1000);
      /** The events during the hang, for each event in the same time before it. */
      const share = (times: number[]) =>
        times.filter((time) => time >= start && time < start + length).length /
        times.filter((time) => time >= start - 200 - length && time < start - 200).length;
      const longest = Math.max(
        0,
        ...seen.tasks.filter(([at]) => at >= start && at < seen.stopped).map(([, duration]) => duration),
      );
      const shares = {
        timers: share(seen.timers),
        frames: share(seen.frames),
        neighbour: isAlone ? share(ticks) : 0,
      };
      const text = `longest task of the page ${Math.round(longest)} ms in ${seen.stopped - start} ms, ${JSON.stringify(shares, (_, value) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value))}`;
      info.annotations.push({ type: 'hang', description: text });
      console.log(`${name}: ${text}`);
      expect(shares.timers).toBeGreaterThan(0.25);
      expect(shares.frames).toBeGreaterThan(0.25);
      if (isAlone) expect(shares.neighbour).toBeGreaterThan(0.25);
      for (const pluginId of isAlone ? [] : ['sly', 'calm'])
        await page.locator(`[data-panel="${pluginId}/Chart"]`).getByRole('button', { name: 'Retry' }).click();
      if (!isAlone) await expect(button).toBeVisible();
      await expect(frameIn(page, 'calm').getByText('Ticks')).toBeVisible();
    },
  );
