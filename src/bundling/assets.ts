import { stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { buildMessage } from './build-messages.ts';

/** Media, each of which becomes a `data:` URL where a bundle or its style sheet imports it. */
export const ASSETS = /\.(?:png|jpe?g|gif|webp|avif|svg|ico|woff2?|ttf|otf|eot|mp3|wav|ogg|mp4|webm)$/i;

/** The extensions of {@link ASSETS}. */
export const MEDIA = 'png jpg jpeg gif webp avif svg ico woff woff2 ttf otf eot mp3 wav ogg mp4 webm'.split(
  ' ',
);

/** Files with which a bundler can do something without a query such as `?url`. */
const BUNDLED = /\.(?:[cm]?[jt]sx?|json|css|s[ac]ss|less)$|[\\/][^\\/.]+$/i;

/** Whether the path of a file, without a query, is of a kind that bundlers treat differently or not at all. */
export const isUnknownFile = (path: string) =>
  isAbsolute(path) && !path.includes('\0') && !BUNDLED.test(path) && !ASSETS.test(path);

/** Whether a module belongs to an installed package. */
export const isPackage = (path: string) => /[/\\]node_modules[/\\]/.test(path);

/** The largest file that is inlined, in bytes. Inlining adds a third to its size, and a page loads the whole bundle. */
export const ASSET_LIMIT = 256 * 1024;

/** A finding about a module: an `error` ends the build. */
export interface Finding {
  level: 'error' | 'warning';
  text: string;
}

/**
 * Checks the size of a file that will be inlined. An author can change a file of the plugin, but not one of a package.
 *
 * @param folder The folder that paths in messages are relative to.
 */
export async function checkAsset(path: string, folder: string): Promise<Finding | undefined> {
  const { size } = await stat(path);
  if (size <= ASSET_LIMIT) return undefined;
  const details = { file: relative(folder, path), size: `${Math.ceil(size / 1024)} kB` };
  return isPackage(path)
    ? { level: 'warning', text: buildMessage('ASSET_LARGE', details) }
    : {
        level: 'error',
        text: buildMessage('ASSET_TOO_LARGE', { ...details, limit: `${ASSET_LIMIT / 1024} kB` }),
      };
}
