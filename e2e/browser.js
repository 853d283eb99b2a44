import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * A Chromium that is there already: the one named by CHROMIUM, one of the system's, or Playwright's own.
 * @returns {string | undefined} the path of its executable
 */
export function findBrowser() {
  const named = process.env.CHROMIUM;
  if (named) return existsSync(named) ? named : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...candidates, ...PLACES, chromium.executablePath()].find((path) => existsSync(path));
}

/**
 * @param {string} command
 * @param {string[]} args
 */
const run = (command, args) => spawnSync(command, args, { stdio: 'inherit' }).status === 0;

/** Playwright's own download, which not every network lets through. */
function download() {
  const cli = join(createRequire(import.meta.url).resolve('@playwright/test/package.json'), '../cli.js');
  return run(process.execPath, [cli, 'install', 'chromium-headless-shell', 'chromium']);
}

/** The system's package manager, where it may be asked. */
function installPackage() {
  if (process.getuid?.() !== 0) return false;
  return run('apt-get', ['update', '-qq']) && run('apt-get', ['install', '-y', '-qq', 'chromium']);
}

/**
 * Finds a Chromium, or gets one.
 * @returns {string} the path of its executable
 * @throws where none can be had; the message says what to install
 */
export function getBrowser() {
  const named = process.env.CHROMIUM;
  const found = findBrowser() ?? (!named && (download() || installPackage()) ? findBrowser() : undefined);
  if (found) return found;
  throw new Error(
    named
      ? `CHROMIUM=${named} is not there. Let it name a Chromium, or leave it out.`
      : 'The browser tests need Chromium, and none could be had. Install it (Debian: apt-get install chromium) or let CHROMIUM name one.',
  );
}
