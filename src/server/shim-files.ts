import { readFile } from 'node:fs/promises';
import type { Shim } from '../contract/index.ts';
import { packageFile } from './package-files.ts';
import { sha256Of } from './trust/grant.ts';

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
    const bytes = await readFile(packageFile(`shims/${shim}`));
    const read = { bytes, sha256: sha256Of(bytes) };
    shims.set(shim, read);
    return read;
  };
}
