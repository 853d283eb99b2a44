import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ASSETS, checkAsset, type Finding } from './assets.ts';

const URLS =
  /\burl\(\s{0,99}["']?([^"')\s]{1,500})|@import\s{0,99}(?:url\(\s{0,99})?["']?([^"')\s;]{1,500})/gi;

/**
 * Checks the files that a style sheet will inline, also through the sheets that it imports by path.
 *
 * @param path The absolute path of the sheet.
 * @param folder The folder that paths in messages are relative to.
 */
export async function checkSheet(
  path: string,
  text: string,
  folder: string,
  seen = new Set([path]),
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [, url, sheet] of text.matchAll(URLS)) {
    const [name = ''] = (url ?? sheet ?? '').split(/[?#]/);
    if (!name || /^[a-z][a-z\d+.-]*:|^[/~@]/i.test(name)) continue;
    const file = join(dirname(path), name);
    if (seen.has(file)) continue;
    seen.add(file);
    if (ASSETS.test(file)) {
      const finding = await checkAsset(file, folder).catch(() => undefined);
      if (finding) findings.push(finding);
    } else if (/\.(?:css|s[ac]ss|less)$/.test(file)) {
      const inner = await readFile(file, 'utf8').catch(() => '');
      findings.push(...(await checkSheet(file, inner, folder, seen)));
    }
  }
  return findings;
}
