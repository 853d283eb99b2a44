import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Builder, Capabilities } from 'selenium-webdriver';
import { findOnPath, freePort, installPackages } from './system.js';

/** The Debian packages of the driver, with its browser, and of the display. */
const PACKAGES = ['webkit2gtk-driver', 'xvfb'];

/**
 * The subfolders of a folder, with their paths.
 * @param {string} folder
 */
const foldersIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(folder, name))
    : [];

/** Finds MiniBrowser, which is not on the `PATH`: its folder has the version of the API, as in `webkit2gtk-4.1`. */
const findMiniBrowser = () =>
  ['/usr/libexec', '/usr/lib', ...foldersIn('/usr/lib')]
    .flatMap(foldersIn)
    .filter((folder) => /\/webkit(2?gtk)-[\d.]+$/.test(folder))
    .map((folder) => join(folder, 'MiniBrowser'))
    .find((path) => existsSync(path));

/** Finds the driver, its browser and the display. */
function findPrograms() {
  const driver = findOnPath(['WebKitWebDriver']);
  const display = findOnPath(['Xvfb']);
  const browser = findMiniBrowser();
  return driver && display && browser ? { driver, display, browser } : undefined;
}

/**
 * Finds WebKit or installs it.
 * @throws if it cannot be installed; the message names the packages
 */
function getPrograms() {
  const found = findPrograms() ?? (installPackages(...PACKAGES) ? findPrograms() : undefined);
  if (found) return found;
  throw new Error(
    `These tests need WebKitWebDriver, MiniBrowser and Xvfb, and they could not be had. Install them (Debian: apt-get install ${PACKAGES.join(' ')}).`,
  );
}

/**
 * Ends a process and waits for its end.
 * @param {import('node:child_process').ChildProcess} child
 */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

/**
 * Starts a virtual screen.
 * @param {string} program the path of Xvfb
 */
async function startDisplay(program) {
  // It chooses a free number and writes it into the file descriptor 3.
  const child = spawn(program, ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const chosen = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
  let number = '';
  for await (const part of chosen) {
    number += String(part);
    if (number.endsWith('\n')) break;
  }
  if (!number) throw new Error('Xvfb did not start.');
  return { name: `:${number.trim()}`, child };
}

/**
 * Starts WebKit's driver on a free port of 127.0.0.1.
 * @param {string} program the path of WebKitWebDriver
 * @param {string} display the name of the screen
 */
async function startServer(program, display) {
  const port = await freePort();
  const child = spawn(program, ['--host=127.0.0.1', `--port=${port}`], {
    env: { ...process.env, DISPLAY: display },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/status`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`WebKitWebDriver ended with exit code ${child.exitCode}.`);
    await wait(50);
  }
  return { url, child };
}

/**
 * Starts WebKitGTK's driver on a virtual screen. A session is a browser of its own, with an empty cache; one runs at a time.
 * @returns {Promise<{ openSession(): Promise<import('selenium-webdriver').WebDriver>, close(): Promise<void> }>} `close` ends the session, the driver and the screen
 */
export async function startWebKit() {
  const { driver: program, display: screen, browser: binary } = getPrograms();
  const display = await startDisplay(screen);
  const server = await startServer(program, display.name).catch(async (cause) => {
    await end(display.child);
    throw cause;
  });
  const capabilities = new Capabilities({
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary, args: ['--automation'] },
  });
  /** @type {import('selenium-webdriver').WebDriver | undefined} */
  let session;
  return {
    async openSession() {
      await session?.quit();
      session = undefined;
      session = await new Builder().usingServer(server.url).withCapabilities(capabilities).build();
      return session;
    },
    async close() {
      // Also where the browser does not answer any more.
      await session?.quit().catch(() => undefined);
      await end(server.child);
      await end(display.child);
    },
  };
}
