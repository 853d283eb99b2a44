import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator, Page } from '@playwright/test';
import { build } from 'esbuild';
import { root } from '../fixtures/host/build.js';
import { nousvizWidgets } from '../src/esbuild/index.ts';
import { npm, NPM_FLAGS } from './hosts.ts';
import { dashboard, expect, test, type Demo } from './test.ts';

let code = '';

test.beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nousviz-charts-'));
  await cp(join(root, 'fixtures/charts'), folder, {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  await npm(['ci', ...NPM_FLAGS], folder);
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ['widget/Charts.tsx'],
    outfile: 'Charts.js',
    minify: true,
    write: false,
    plugins: [nousvizWidgets()],
  });
  code = outputFiles[0]!.text;
  await rm(folder, { recursive: true });
});

const install = (lab: Demo) =>
  lab.install('charts', { 'widget/dist/Charts.js': code, 'dashboards/main.yaml': dashboard('Charts') });

/** The colours of two variables, as the browser paints them. */
const wantedColors = (page: Page) =>
  page.evaluate(() =>
    ['--primary', '--destructive'].map((name) => {
      const probe = document.body.appendChild(document.createElement('i'));
      probe.style.color = `hsl(var(${name}))`;
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    }),
  );

/** The colours of the bars of both libraries. */
const drawnColors = async (panel: Page | FrameLocator) => [
  await panel.locator('.recharts-bar-rectangle path').evaluate((bar) => getComputedStyle(bar).fill),
  await panel.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const [red, green, blue] = canvas.getContext('2d')!.getImageData(50, 50, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  }),
];

async function expectThemes(page: Page, panel: Page | FrameLocator) {
  const mark = await page.evaluate(() => performance.timeOrigin);
  const light = await wantedColors(page);
  await expect(panel.locator('[data-dark="false"]')).toHaveAttribute('data-language', 'en');
  await expect.poll(() => drawnColors(panel)).toEqual(light);
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await expect(panel.locator('[data-dark="true"]')).toBeVisible();
  const dark = await wantedColors(page);
  expect(dark).not.toEqual(light);
  await expect.poll(() => drawnColors(panel)).toEqual(dark);
  // Neither the page nor the widget began again.
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(mark);
}

test('recharts and chart.js follow the theme of the page', async ({ lab, page }) => {
  await install(lab);
  await lab.trust('/plugin/charts/main');
  await expectThemes(page, page);
});

test('recharts and chart.js follow the theme of the page from a sandboxed frame', async ({ lab, page }) => {
  await install(lab);
  await lab.sandbox('/plugin/charts/main');
  await expectThemes(page, lab.frame('charts/Charts'));
});
