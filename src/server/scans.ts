import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { readFindings } from '../bundle/parsed.ts';
import type { Bytes } from '../contract/index.ts';
import { verified } from './trust/grant.ts';

/** The total size of cached findings in characters, enough for thousands of normal bundles. */
const MAX_CACHED_FINDINGS = 20_000_000;

/** The code that one answer may scan, in bytes, unless it is the answer for a review. */
const MAX_SCANNED_BYTES = 1_000_000;

/** The longest pause between two bundles, in milliseconds; it is no longer than the scan before it. */
const MAX_PAUSE = 100;

/**
 * The code that one answer may still scan, in bytes. A list does not wait for the scan of large bundles about which nobody has decided: a
 * review of a plugin requests what was found in its code.
 */
export interface ScanAllowance {
  left: number;
}

export const createScanAllowance = (): ScanAllowance => ({ left: MAX_SCANNED_BYTES });

/** What the list says about bytes, and its length as JSON. */
export interface Description {
  described: Bytes;
  length: number;
}

/** Scans bundles one after the other, each once. */
export interface Scans {
  /** Whether bytes have been scanned. */
  isDone(sha256: string): boolean;
  /** Describes bytes. It calls `readBytes` unless they have been scanned; `undefined` if those are other bytes or none. */
  describe(
    sha256: string,
    readBytes: () => Promise<Uint8Array | undefined>,
  ): Promise<Description | undefined>;
}

/** Makes the scanner of bundles. */
export function createScans(): Scans {
  const descriptions = new LRUCache<string, Description>({
    maxSize: MAX_CACHED_FINDINGS,
    sizeCalculation: ({ length }) => length,
  });
  const inTurn = pLimit(1);

  function scan(sha256: string, bytes: Uint8Array): Description {
    const findings = readFindings(new TextDecoder().decode(bytes));
    const described = { sha256, size: bytes.length, findings };
    const description = { described, length: JSON.stringify(described).length };
    descriptions.set(sha256, description);
    return description;
  }

  return {
    isDone: (sha256) => descriptions.has(sha256),
    async describe(sha256, readBytes) {
      const cached = descriptions.get(sha256);
      if (cached) return cached;
      const bytes = await readBytes();
      // The next list describes bytes that have changed meanwhile.
      if (!bytes || !verified(bytes, sha256)) return undefined;
      return inTurn(async () => {
        // Another request may have scanned the same bytes.
        const known = descriptions.get(sha256);
        if (known) return known;
        const began = performance.now();
        const description = scan(sha256, bytes);
        // Other requests are answered between two bundles, also those that read many files.
        await wait(Math.min(performance.now() - began, MAX_PAUSE));
        return description;
      });
    },
  };
}
