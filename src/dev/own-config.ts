import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { InlineConfig } from 'vite';
import { packageFile } from '../server/tools.ts';

/** The files in which PostCSS looks for its config, besides `package.json`. */
const POSTCSS = /^(\.postcssrc(\.\w+)?|postcss\.config\.\w+)$/;

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function hasPostcss(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  if (names.some((name) => POSTCSS.test(name))) return true;
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  return /"postcss"\s*:\s*\{/.test(text);
}

/** Whether a folder of the plugin, from the source's own outwards, has a `tsconfig.json`. */
async function hasTsconfig(folder: string, entry: string): Promise<boolean> {
  for (let inner = dirname(entry); inner.startsWith(folder); inner = dirname(inner))
    if (await exists(join(inner, 'tsconfig.json'))) return true;
  return false;
}

/**
 * The settings with which Vite reads only the plugin's own configs. A plugin is often inside an app, and Vite looks for the configs
 * of PostCSS and TypeScript in all folders above.
 *
 * @param folder the plugin's folder, absolute.
 * @param entry the absolute path of a source in it.
 */
export async function ownConfig(
  folder: string,
  entry: string,
): Promise<Pick<InlineConfig, 'css' | 'tsconfig'>> {
  const [postcss, tsconfig] = await Promise.all([hasPostcss(folder), hasTsconfig(folder, entry)]);
  return {
    ...(!postcss && { css: { postcss: {} } }),
    // Vite has no setting for "none".
    ...(!tsconfig && { tsconfig: packageFile('src/cli/template/tsconfig.json') }),
  };
}
