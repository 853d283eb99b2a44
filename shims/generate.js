import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const here = new URL('./', import.meta.url);

/** The packages whose React is a supported host's: 19 and 18.3 (CONTRACT S4). */
const HOSTS = ['../package.json', '../fixtures/react-18/package.json'];
const MODES = ['development', 'production'];

const LIST = 'process.stdout.write(JSON.stringify(Object.getOwnPropertyNames(require(process.argv[1]))))';

/**
 * The file of a module in a host's React, if that has one: 18.3 has no compiler runtime.
 * @param {string} module
 * @param {string} host
 */
function find(module, host) {
  try {
    return createRequire(new URL(host, here)).resolve(module);
  } catch (thrown) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (thrown);
    if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
    throw thrown;
  }
}

/**
 * The own names of a module in each supported React and build mode, one list per build.
 *
 * @param {string} module such as `react` or `react-dom/client`
 * @returns {Promise<{file: string, mode: string, names: string[]}[]>}
 */
export function readNames(module) {
  const builds = HOSTS.flatMap((host) => {
    const file = find(module, host);
    return file ? MODES.map((mode) => ({ file, mode })) : [];
  });
  return Promise.all(
    builds.map(async ({ file, mode }) => {
      // React reads NODE_ENV once, so every build needs a process of its own.
      const env = { ...process.env, NODE_ENV: mode };
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', LIST, file], { env });
      return { file, mode, names: JSON.parse(stdout) };
    }),
  );
}

/**
 * What the shim files must hold, by file name.
 *
 * @returns {Promise<Record<string, string>>}
 */
export async function makeShims() {
  const source = fileURLToPath(new URL('../src/server/shims.ts', here));
  const { outputFiles } = await build({ entryPoints: [source], bundle: true, format: 'esm', write: false });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  /** @type {typeof import('../src/server/shims.ts')} */
  const { SHIM_SOURCES, shimText } = await import(`data:text/javascript;base64,${code}`);
  const entries = Object.entries(SHIM_SOURCES).map(async ([file, { module }]) => {
    const names = new Set((await readNames(module)).flatMap((build) => build.names));
    return [file, shimText(/** @type {keyof typeof SHIM_SOURCES} */ (file), [...names])];
  });
  return Object.fromEntries(await Promise.all(entries));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const shims = await makeShims();
  await Promise.all(Object.entries(shims).map(([file, text]) => writeFile(new URL(file, here), text)));
}
