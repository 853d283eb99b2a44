import { LRUCache } from 'lru-cache';
import type { ComponentDeclaration } from '../contract/index.ts';
import { createBundleFiles, mapOf, type DiskBundles } from './bundle-file.ts';
import { consentedOf, covers, createDecisions, type Decisions } from './decisions.ts';
import { createBlocks, type DescribePlugin } from './plugin-block.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import { createSharing } from './share.ts';
import { verified } from './trust/grant.ts';
import type { TrustStore } from './trust/store.ts';
import { suspending, type SuspendingStore } from './trust/suspending.ts';

export { MAX_BUNDLE_BYTES } from './bundle-file.ts';

/** The total size of cached bundles, in bytes. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;

/** Reads bundles and the operators' consents, and decides which bytes run. */
export interface Bundles
  extends Decisions, Pick<SuspendingStore, 'consent' | 'sandbox' | 'decline' | 'revoke' | 'mayBeTrusted'> {
  /** Describes a plugin's components. */
  blockOf: DescribePlugin;
  /** Reads the record of decisions; `undefined` if the store has none. */
  history: TrustStore['history'];
  /**
   * Finds bytes that anybody ever consented to as this file of a plugin (CONTRACT T6). Returns `undefined` if nobody did, and no bytes if
   * the store no longer has them.
   */
  findConsented(
    pluginId: string,
    filename: string,
    sha256: string,
  ): Promise<{ bytes?: Uint8Array | undefined } | undefined>;
  /** Finds the map that was consented to with bytes of this file that run. */
  findMap(pluginId: string, filename: string, sha256: string): Promise<Uint8Array | undefined>;
  /** Reads the bytes with a given hash from the disk; `undefined` if it has others. */
  diskBytes(plugin: DeclaredPlugin, filename: string, sha256: string): Promise<Uint8Array | undefined>;
  /** Reads a plugin's bundle files. */
  readDisk(plugin: DeclaredPlugin): Promise<DiskBundles>;
  /** Reads the bytes with a given hash from the disk, or from the store if the disk has other bytes. */
  bytesOf(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    sha256: string,
  ): Promise<Uint8Array | undefined>;
  /** Reads the bytes with a given hash from a cache if possible, since bytes with the same hash never change. */
  cachedBytesOf(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    sha256: string,
  ): Promise<Uint8Array | undefined>;
}

/**
 * Makes the reader of bundles and consents.
 *
 * @param options.sandboxNew Sandboxes each plugin about which there was no decision.
 */
export function createBundles(trust: TrustStore, { sandboxNew = false } = {}): Bundles {
  const files = createBundleFiles();
  const { read } = files;
  const store = suspending(trust);

  async function readDisk(plugin: DeclaredPlugin): Promise<DiskBundles> {
    const found: DiskBundles = { bundles: new Map(), maps: new Map(), problems: [] };
    for (const { filename, path } of plugin.components) {
      // Several components may share a file.
      const result = found.bundles.has(filename) ? undefined : await read(plugin.folder, path);
      if (result?.bytes) found.bundles.set(filename, result.bytes);
      else if (result) found.problems.push(result.problem);
      // A map that cannot be read is no problem: the bundle runs without it.
      const map = result?.bytes && (await read(plugin.folder, mapOf(path)));
      if (map?.bytes) found.maps.set(mapOf(filename), map.bytes);
    }
    return found;
  }

  async function diskBytes(plugin: DeclaredPlugin, filename: string, sha256: string) {
    const component = plugin.components.find((declared) => declared.filename === filename);
    const result = component && (await read(plugin.folder, component.path));
    return result?.bytes && verified(result.bytes, sha256);
  }

  async function storedBytes(sha256: string): Promise<Uint8Array | undefined> {
    const bytes = await trust.bytes(sha256);
    return bytes && verified(bytes, sha256);
  }

  const readSharedBytes = async (
    plugin: DeclaredPlugin,
    { filename }: ComponentDeclaration,
    sha256: string,
  ) => (await diskBytes(plugin, filename, sha256)) ?? storedBytes(sha256);

  async function findConsented(pluginId: string, filename: string, sha256: string) {
    const grant = (await trust.grants()).get(pluginId);
    const isKnown =
      (grant && covers(grant, filename, sha256)) ||
      (await trust.hasConsented?.(pluginId, filename, sha256)) === true;
    return isKnown ? { bytes: await storedBytes(sha256) } : undefined;
  }

  async function findMap(pluginId: string, filename: string, sha256: string) {
    const grant = (await trust.grants()).get(pluginId);
    const map = grant && consentedOf(grant, filename) === sha256 && consentedOf(grant, mapOf(filename));
    return map ? storedBytes(map) : undefined;
  }

  const shared = createSharing<Uint8Array | undefined>();
  const bytesOf: Bundles['bytesOf'] = (plugin, component, sha256) =>
    shared(`${sha256} ${plugin.folder} ${component.path}`, () => readSharedBytes(plugin, component, sha256));

  const cache = new LRUCache<string, Uint8Array>({
    maxSize: MAX_CACHED_BYTES,
    sizeCalculation: ({ length }) => Math.max(1, length),
  });

  async function cachedBytesOf(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    sha256: string,
  ): Promise<Uint8Array | undefined> {
    const cached = cache.get(sha256);
    if (cached) return cached;
    const bytes = await bytesOf(plugin, component, sha256);
    // A copy: a small file is a part of a larger buffer, and a store may change its own buffer.
    const copy = bytes && new Uint8Array(bytes);
    if (copy) cache.set(sha256, copy);
    return copy;
  }

  return {
    ...createDecisions({ trust, store, sandboxNew, readDisk }),
    consent: store.consent,
    sandbox: store.sandbox,
    decline: store.decline,
    revoke: store.revoke,
    mayBeTrusted: store.mayBeTrusted,
    history: trust.history && ((query) => trust.history!(query)),
    findConsented,
    findMap,
    diskBytes,
    readDisk,
    bytesOf,
    cachedBytesOf,
    blockOf: createBlocks({ files, trust }),
  };
}
