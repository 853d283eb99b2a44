import type { Plugin } from '../contract/index.ts';

/** The hashes of the bytes that run, by file name; `undefined` if the server has no hashes. */
export function runningBundles(plugin: Plugin): Record<string, string> | undefined {
  const hashes = plugin.components.flatMap(({ filename, changed, consented, sha256 }) => {
    const hash = changed ? consented?.sha256 : sha256;
    return hash ? [[filename, hash]] : [];
  });
  return hashes.length > 0 ? (Object.fromEntries(hashes) as Record<string, string>) : undefined;
}

/** Those of the hashes that are of files which the plugin still declares, and of their source maps. */
export const declaredBundles = ({ components }: Plugin, bundles: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(bundles).filter(([file]) =>
      components.some(({ filename }) => file.replace(/\.map$/, '') === filename),
    ),
  );
