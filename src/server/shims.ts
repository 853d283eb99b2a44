import { SHIM_NAMES } from '../contract/shim-names.ts';
import { shimText, type Shim } from '../contract/index.ts';
import { javascript } from './answers.ts';
import { sha256Of } from './trust/grant.ts';

/** The bytes of a shim, and their SHA-256. */
export interface ShimBytes {
  bytes: Uint8Array;
  sha256: string;
}

/**
 * Makes a reader of the shims. It makes their text from the names in this package's code (CONTRACT S2): a bundler may move that code
 * to another folder, where it would find no file, and a server may have another build of React than the page.
 */
export function createShimReader(): (shim: Shim) => Promise<ShimBytes> {
  const shims = new Map<Shim, ShimBytes>();
  return async (shim) => {
    const cached = shims.get(shim);
    if (cached) return cached;
    const bytes = new TextEncoder().encode(shimText(shim, Object.keys(SHIM_NAMES[shim])));
    const made = { bytes, sha256: sha256Of(bytes) };
    shims.set(shim, made);
    return made;
  };
}

/** Makes the answer with a shim, which pages of every origin may read (CONTRACT S1). */
export const answerShim = (request: Request, { bytes, sha256 }: ShimBytes, cacheControl: string): Response =>
  javascript(request, bytes, sha256, cacheControl, { 'Access-Control-Allow-Origin': '*' });
