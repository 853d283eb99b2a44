import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const fixture = fileURLToPath(new URL('../fixtures/registry', import.meta.url));
const isWindows = process.platform === 'win32';

/** The environment of another machine: without the settings that npm passes to its scripts. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|INIT_CWD$|FORCE_COLOR$)/i.test(name)),
);

/** The registry of this machine's npm. */
export async function readRegistry() {
  const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry'], { shell: isWindows });
  return stdout.trim();
}

/**
 * Starts an empty registry on a free port of 127.0.0.1. It forwards requests for other packages to the registry of this machine's npm.
 *
 * @param {string} storage an empty folder
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function startRegistry(storage) {
  const isInstalled = await access(join(fixture, 'node_modules/verdaccio')).then(
    () => true,
    () => false,
  );
  if (!isInstalled) {
    const { status } = spawnSync('npm', ['ci', '--no-workspaces', '--no-audit', '--no-fund'], {
      cwd: fixture,
      stdio: 'inherit',
      shell: isWindows,
    });
    if (status !== 0) throw new Error('The registry could not be installed. See the output of npm above.');
  }
  const child = spawn(process.execPath, [join(fixture, 'start.js'), storage, await readRegistry()], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const address = (async () => {
    for await (const line of lines) {
      const [, url] = /^Registry: (http:\S+)$/.exec(line) ?? [];
      if (url) return url;
    }
    throw new Error('The registry ended before it listened.');
  })();
  const url = await address;
  child.stdout.resume();
  return {
    url,
    async close() {
      child.kill();
      await ended;
    },
  };
}
