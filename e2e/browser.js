import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findOnPath, installPackages, run } from './system.js';

/** The browsers: names on the `PATH`, other paths, and the Debian package. */
const BROWSERS = {
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'],
    places: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
      chromium.executablePath(),
    ],
    package: 'chromium',
    // Playwright's own download, which some networks block.
    download: ['install', 'chromium-headless-shell', 'chromium'],
  },
  firefox: {
    names: ['firefox-esr', 'firefox'],
    places: [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
    ],
    package: 'firefox-esr',
    // Playwright needs its own patched Firefox.
    download: undefined,
  },
};

/**
 * Chromium's features that are off. Those of the address bar load two pages of Chromium's own beside each new page, which takes the
 * processor as long as many a test. The list replaces Playwright's, of which it has what matters here.
 */
const WITHOUT_FEATURES = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/** The arguments of Chromium in tests and benchmarks: no work of its own beside theirs. */
export const CHROMIUM_ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  `--disable-features=${WITHOUT_FEATURES.join(',')}`,
].concat(process.getuid?.() === 0 ? '--no-sandbox' : []);

/** @typedef {keyof typeof BROWSERS} Browser */

/** @param {Browser} browser */
const variableOf = (browser) => browser.toUpperCase();

/**
 * Finds an installed browser: the one in `CHROMIUM` or `FIREFOX`, or one of the system.
 * @param {Browser} browser
 * @returns {string | undefined} the path of its executable
 */
function findBrowser(browser) {
  const { names, places } = BROWSERS[browser];
  const named = process.env[variableOf(browser)];
  if (named) return existsSync(named) ? named : undefined;
  return findOnPath(names) ?? places.find((path) => existsSync(path));
}

/** @param {string[] | undefined} args */
function download(args) {
  if (!args) return false;
  const cli = join(createRequire(import.meta.url).resolve('@playwright/test/package.json'), '../cli.js');
  return run(process.execPath, [cli, ...args]);
}

/**
 * Finds a browser or installs one.
 * @param {Browser} browser
 * @returns {string} the path of its executable
 * @throws if none can be installed; the message names the package
 */
export function getBrowser(browser) {
  const { package: name, download: args } = BROWSERS[browser];
  const variable = variableOf(browser);
  const named = process.env[variable];
  const found =
    findBrowser(browser) ??
    (!named && (download(args) || installPackages(name)) ? findBrowser(browser) : undefined);
  if (found) return found;
  throw new Error(
    named
      ? `${variable}=${named} is not there. Let it name a browser, or leave it out.`
      : `These tests need ${browser}, and none could be had. Install it (Debian: apt-get install ${name}) or let ${variable} name one.`,
  );
}
