import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { chromium } from '@playwright/test';
import { buildDemo, builtInPlugins, hostFolder, root } from '../fixtures/host/build.js';
import { getBrowser } from './browser.js';
import { findOnPath } from './system.js';

// `npm run screenshots -- review` takes the pictures whose name contains "review". With `--looks FOLDER`, each is taken at both widths and
// in both themes, into that folder, to look at.

/** @typedef {import('@playwright/test').Page} Page */
/**
 * A picture: its file, the window, and how the page comes to what it shows. A fresh one is taken before any decision.
 * @typedef {{ file: string, width: 1280 | 390, height: number, theme: 'light' | 'dark', path: string, isFresh?: boolean, prepare?: (page: Page) => Promise<unknown> }} Picture
 */

/** The plugins of the pictures. The others of `fixtures/plugins` are for tests. */
const PLUGINS = ['service-desk', 'stock-room', 'break-out', 'palette'];

/** @param {Page} page @param {string} name */
const press = (page, name) => page.getByRole('button', { name }).first().click();

/** @param {Page} page */
const openReview = (page) => press(page, 'Review');

/** How long a slow machine may take for one step, in milliseconds. */
const PATIENCE = 120_000;

/** The text that says that a widget of the service desk has its answer. */
const QUEUE = 'Payroll export stops at row 5,000';

/** @param {Page} page */
const hasQueue = (page) => page.getByText(QUEUE).first().waitFor();

/** Where the guides' pictures are. */
const GUIDES = 'fixtures/host/pictures';

/** @type {Picture[]} */
const PICTURES = [
  {
    file: 'fixtures/host/demo.png',
    width: 1280,
    height: 900,
    theme: 'light',
    path: '/plugin/service-desk/overview',
    prepare: hasQueue,
  },
  {
    file: `${GUIDES}/demo-dark.png`,
    width: 390,
    height: 844,
    theme: 'dark',
    path: '/plugin/service-desk/overview',
    prepare: hasQueue,
  },
  { file: `${GUIDES}/overview.png`, width: 1280, height: 720, theme: 'light', path: '/', isFresh: true },
  {
    file: `${GUIDES}/review.png`,
    width: 1280,
    height: 1260,
    theme: 'light',
    path: '/plugin/break-out/board',
    prepare: openReview,
  },
  {
    file: `${GUIDES}/review-narrow.png`,
    width: 390,
    height: 844,
    theme: 'dark',
    path: '/plugin/break-out/board',
    prepare: openReview,
  },
  {
    file: `${GUIDES}/change.png`,
    width: 1280,
    height: 1330,
    theme: 'dark',
    path: '/plugin/stock-room/shelves',
    async prepare(page) {
      await openReview(page);
      await page.locator('.nvz-ui-diff').waitFor();
    },
  },
  { file: `${GUIDES}/settings.png`, width: 1280, height: 860, theme: 'light', path: '/settings' },
  { file: `${GUIDES}/settings-narrow.png`, width: 390, height: 844, theme: 'dark', path: '/settings' },
  {
    file: `${GUIDES}/inspector.png`,
    width: 1280,
    height: 900,
    theme: 'light',
    path: '/plugin/service-desk/overview?inspect=service-desk/TicketQueue',
    async prepare(page) {
      await hasQueue(page);
      await page.getByRole('heading', { name: 'Plugin inspector' }).waitFor();
    },
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

/** Serves the demo. @param {string} folder */
async function serve(folder) {
  const plugins = join(folder, 'plugins');
  for (const id of PLUGINS) await cp(join(builtInPlugins, id), join(plugins, id), { recursive: true });
  const { serveHost } = await import('#dev');
  const app = hostFolder({ react: 19 });
  const host = await serveHost({ plugins, data: join(folder, 'data'), app, startDatabase: true });
  return { host, plugins };
}

/**
 * Decides about the plugins as an operator does, and then changes one.
 * @param {import('@playwright/test').Browser} browser @param {string} url @param {string} plugins
 */
async function decide(browser, url, plugins) {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  for (const [path, verdict] of [
    ['/plugin/service-desk/overview', 'Trust this plugin'],
    ['/plugin/stock-room/shelves', 'Trust this plugin'],
    ['/plugin/palette/colours', 'Run sandboxed'],
  ]) {
    await page.goto(new URL(/** @type {string} */ (path), url).href);
    await press(page, /** @type {string} */ (verdict));
    await page.getByText('This plugin includes custom frontend code').waitFor({ state: 'hidden' });
  }
  await page.close();
  // An update that asks for more than the trusted version.
  await appendFile(
    join(plugins, 'stock-room/widget/dist/Tally.js'),
    `\nfetch('https://metrics.example/stock', { method: 'POST', body: localStorage.getItem('shelf') });\n`,
  );
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
  page.setDefaultTimeout(PATIENCE);
  await page.goto(new URL(path, url).href, { waitUntil: 'networkidle' });
  await page.getByText('Loading plugins').waitFor({ state: 'hidden' });
  await prepare?.(page);
  await page.waitForLoadState('networkidle');
  const target = resolve(root, file);
  await mkdir(dirname(target), { recursive: true });
  await page.screenshot({ path: target, animations: 'disabled' });
  await page.close();
  await shrink(target);
  console.log(file);
}

const { values, positionals } = parseArgs({ options: { looks: { type: 'string' } }, allowPositionals: true });
const [part = ''] = positionals;
const chosen = PICTURES.filter(({ file }) => file.includes(part));

/**
 * A picture at both widths and in both themes.
 * @param {Picture} picture @param {string} folder
 * @returns {Picture[]}
 */
const looksOf = (picture, folder) =>
  /** @type {const} */ ([1280, 390]).flatMap((width) =>
    /** @type {const} */ (['light', 'dark']).map((theme) => {
      const file = resolve(folder, `${basename(picture.file, '.png')}-${width}-${theme}.png`);
      return { ...picture, file, width, theme };
    }),
  );

/** @type {Picture[]} */
const taken = values.looks ? chosen.flatMap((picture) => looksOf(picture, values.looks ?? '')) : chosen;
const folder = await mkdtemp(join(tmpdir(), 'nousviz-'));
await buildDemo({ react: 19, report: console.error });
const { host, plugins } = await serve(folder);
const browser = await chromium.launch({
  executablePath: getBrowser('chromium'),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
/** @param {boolean} isFresh */
async function takeAll(isFresh) {
  for (const picture of taken)
    if ((picture.isFresh ?? false) === isFresh) await take(browser, host.url, picture);
}
try {
  await takeAll(true);
  await decide(browser, host.url, plugins);
  await takeAll(false);
} finally {
  await browser.close();
  await host.close();
  await rm(folder, { recursive: true });
}
