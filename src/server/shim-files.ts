import { readFile } from 'node:fs/promises';
import type { Shim } from '../contract/index.ts';
import { sha256Of } from './trust/grant.ts';

// Not one expression: bundlers would take it for an asset and move the file.
const here = import.meta.url;

/** The bytes of a shim as the package ships it, and their SHA-256. */
export interface ShimBytes {
  bytes: Uint8Array;
  sha256: string;
}

/** A reader of the shims. It reads each once: they change only with the package. */
export function createShimReader(): (shim: Shim) => Promise<ShimBytes> {
  const shims = new Map<Shim, ShimBytes>();
  return async (shim) => {
    const known = shims.get(shim);
    if (known) return known;
    const bytes = await readFile(new URL(`../../shims/${shim}`, here));
    const read = { bytes, sha256: sha256Of(bytes) };
    shims.set(shim, read);
    return read;
  };
}
