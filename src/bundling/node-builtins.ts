import { readFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const BUILT_INS = new Set(builtinModules);

/**
 * Whether a specifier is a module of Node without a replacement, such as `fs` or `node:fs/promises`. A replacement is an
 * installed package of that name, or an entry in the `browser` field of the importing package.
 */
export async function isNodeBuiltIn(specifier: string, importer: string): Promise<boolean> {
  if (specifier.startsWith('node:')) return true;
  return (
    BUILT_INS.has(specifier) && !isInstalled(specifier, importer) && !(await isReplaced(specifier, importer))
  );
}

function isInstalled(specifier: string, importer: string): boolean {
  try {
    // A name with a slash at its end never resolves to a module of Node.
    createRequire(importer).resolve(`${specifier}/`);
    return true;
  } catch {
    return false;
  }
}

async function isReplaced(specifier: string, importer: string): Promise<boolean> {
  for (let folder = dirname(importer); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return specifier in browserField(text);
    if (folder === dirname(folder)) return false;
  }
}

function browserField(text: string): Record<string, unknown> {
  try {
    const { browser } = JSON.parse(text) as { browser?: unknown };
    return typeof browser === 'object' && browser ? (browser as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Replacements for the globals of Node that libraries read, by expression. */
export const NODE_GLOBALS = {
  'process.env.NODE_ENV': '"production"',
  'process.env': '{}',
  'process.platform': '"browser"',
  'process.browser': 'true',
  'process.version': '""',
  'process.versions': '{}',
  'process.argv': '[]',
  'process.execArgv': '[]',
  'process.title': '"browser"',
  'process.arch': '"browser"',
  'process.release': '{}',
  'process.features': '{}',
  'process.config': '{}',
  'process.pid': '0',
  global: 'globalThis',
  // Without this, a package that finds an AMD loader on the page registers itself there and exports nothing.
  'define.amd': 'undefined',
};

/**
 * The globals that few packages read. For esbuild, each replacement that is an object is a module, which takes time in every module
 * of a build.
 */
export const RARE_GLOBALS: readonly string[] = Object.entries(NODE_GLOBALS).flatMap(([name, value]) =>
  /^[[{]/.test(value) && !/\.(?:env|versions)$/.test(name) ? [name] : [],
);
