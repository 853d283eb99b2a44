import { extname } from 'node:path';
import type { Loader, PluginBuild } from 'esbuild';
import { parseModule } from '../bundle/parsed.ts';
import { classNamesIn, readText } from '../bundling/index.ts';
import type { BuildPlace } from './place.ts';

/** The words in the strings of each of the author's modules, by path, among which are the class names. */
export async function wordsByPath(
  { transform }: PluginBuild['esbuild'],
  { own }: BuildPlace,
): Promise<Map<string, string[]>> {
  const found = [...own].map(async (path) => {
    const loader = extname(path).replace(/^\.[cm]?/, '') as Loader;
    // The build itself has reported what cannot be parsed, and other plugins may know more languages.
    const { code } = await transform(readText(path), {
      loader: loader === 'js' ? 'jsx' : loader,
      jsx: 'automatic',
      logLevel: 'silent',
    }).catch(() => ({ code: '' }));
    return [path, classNamesIn(parseModule(code)).map(({ name }) => name)] as const;
  });
  return new Map(await Promise.all(found));
}
