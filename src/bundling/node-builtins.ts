import { readFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const BUILT_INS = new Set(builtinModules);

/**
 * Whether a specifier is a part of Node, such as `fs` or `node:fs/promises`, for which there is nothing in its place: neither
 * an installed package of that name nor a word of the asking package's `browser` field.
 */
export async function isPartOfNode(specifier: string, importer: string): Promise<boolean> {
  if (specifier.startsWith('node:')) return true;
  return (
    BUILT_INS.has(specifier) && !isInstalled(specifier, importer) && !(await isReplaced(specifier, importer))
  );
}

function isInstalled(specifier: string, importer: string): boolean {
  try {
    // With a slash at its end a name is a package's alone.
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

/** What stands in browsers for the globals of Node that libraries read, by expression. */
export const NODE_GLOBALS = {
  'process.env.NODE_ENV': '"production"',
  'process.env': '{}',
  'process.platform': '"browser"',
  'process.browser': 'true',
  global: 'globalThis',
  // A loader of AMD modules on the page is not meant: a package that found it would hand itself over and export nothing.
  'define.amd': 'undefined',
};
