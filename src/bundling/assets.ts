import { relative } from 'node:path';
import { buildMessage } from './build-messages.ts';

/** Files that are inlined as a `data:` URL where a bundle or its style sheet asks for them. */
export const ASSETS = /\.(?:png|jpe?g|gif|webp|avif|svg|ico|woff2?|ttf|otf|eot|mp3|wav|ogg|mp4|webm)$/i;

/** The largest file that is inlined, in bytes: it weighs a third more in the bundle, which a page loads whole. */
export const ASSET_LIMIT = 256 * 1024;

/** What is said of a file that is larger; `size` in bytes. */
export const tooLarge = (path: string, size: number) =>
  buildMessage('ASSET_TOO_LARGE', {
    file: relative('', path),
    size: `${Math.ceil(size / 1024)} kB`,
    limit: `${ASSET_LIMIT / 1024} kB`,
  });
