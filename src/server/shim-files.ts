import { readFile } from 'node:fs/promises';
import type { Shim } from '../contract/index.ts';
import { packageFile } from './package-files.ts';
import { sha256Of } from './trust/grant.ts';

/** The bytes of a shim in the package, and their SHA-256. */
export interface ShimBytes {
  bytes: Uint8Array;
  sha256: string;
}

/** Makes a reader of the shims. It reads each shim once, since they change only with the package. */
export function createShimReader(): (shim: Shim) => Promise<ShimBytes> {
  const shims = new Map<Shim, ShimBytes>();
  return async (shim) => {
    const cached = shims.get(shim);
    if (cached) return cached;
    const bytes = await readFile(packageFile(`shims/${shim}`));
    const read = { bytes, sha256: sha256Of(bytes) };
    shims.set(shim, read);
    return read;
  };
}
