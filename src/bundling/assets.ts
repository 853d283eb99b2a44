import { relative } from 'node:path';
import { buildMessage } from './build-messages.ts';

/** Files that are inlined as a `data:` URL where a bundle or its stylesheet imports them. */
export const ASSETS = /\.(?:png|jpe?g|gif|webp|avif|svg|ico|woff2?|ttf|otf|eot|mp3|wav|ogg|mp4|webm)$/i;

/** The largest file that is inlined, in bytes. Inlining adds a third to its size, and a page loads the whole bundle. */
export const ASSET_LIMIT = 256 * 1024;

/**
 * The message for a file that is too large to inline.
 *
 * @param size The size of the file in bytes.
 */
export const assetTooLarge = (path: string, size: number) =>
  buildMessage('ASSET_TOO_LARGE', {
    file: relative('', path),
    size: `${Math.ceil(size / 1024)} kB`,
    limit: `${ASSET_LIMIT / 1024} kB`,
  });
