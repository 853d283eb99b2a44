import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'es-module-lexer/minimal/js';

/** Whether Node would run a file as an ES module: by its extension, or by the `type` of the package that it belongs to. */
export function isModule(path: string): boolean {
  if (/\.m[jt]s$/.test(path)) return true;
  if (/\.c[jt]s$/.test(path)) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      const { type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { type?: unknown };
      return type === 'module';
    } catch {
      if (folder === dirname(folder)) return false;
    }
  }
}

/** Whether a file of JavaScript is a CommonJS module: it neither imports nor exports. */
export async function isCommonJs(path: string): Promise<boolean> {
  if (!/\.c?js$/.test(path)) return false;
  if (path.endsWith('.cjs')) return true;
  try {
    const [imports, exports] = parse(await readFile(path, 'utf8'));
    // A dynamic import has a place, which CommonJS may contain too.
    return exports.length === 0 && imports.every(({ d }) => d >= 0);
  } catch {
    return false;
  }
}
