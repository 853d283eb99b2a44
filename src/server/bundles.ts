import { readFindings } from '../bundle/parsed.ts';
import type { Bytes, ComponentDeclaration, FrontendBlock, ListedComponent } from '../contract/index.ts';
import { PLUGIN_LIMITS } from '../contract/index.ts';
import { LRUCache } from 'lru-cache';
import { createBundleFiles, mapOf, type DiskBundles } from './bundle-file.ts';
import { verified } from './trust/grant.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import { createSharing } from './share.ts';
import type { Grant, TrustStore } from './trust/store.ts';
import { consentedOf, covers, createDecisions, verdictOf, type Decisions } from './decisions.ts';
import { suspending, type SuspendingStore } from './trust/suspending.ts';

export { MAX_BUNDLE_BYTES } from './bundle-file.ts';

/** The total size of cached findings in characters, enough for thousands of normal bundles. */
const MAX_CACHED_FINDINGS = 20_000_000;
/** The total size of cached bundles, in bytes. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;

/** The fields of a component's entry that depend on its file. */
type FileState = Omit<ListedComponent, keyof ComponentDeclaration>;

function withoutFindings(state: FileState): FileState {
  const { findings: _, ...rest } = state;
  if (!rest.consented) return rest;
  const { findings: __, ...consented } = rest.consented;
  return { ...rest, consented };
}

/** What the list says about bytes, and its length as JSON. */
interface Description {
  described: Bytes;
  length: number;
}

/** The length that a plugin's descriptions may still have, so that one plugin does not use the time of all (CONTRACT M5). */
interface Budget {
  left: number;
}

/** Reads bundles and the operators' consents, and decides which bytes run. */
export interface Bundles
  extends Decisions, Pick<SuspendingStore, 'consent' | 'sandbox' | 'decline' | 'revoke' | 'mayBeTrusted'> {
  /**
   * Describes a plugin's components.
   *
   * @param withFindings Whether it says what was found in bytes about which no decision is pending, too.
   */
  blockOf(plugin: DeclaredPlugin, grant: Grant | undefined, withFindings?: boolean): Promise<FrontendBlock>;
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
  const { read, digest, withLimit } = createBundleFiles();
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

  const descriptions = new LRUCache<string, Description>({
    maxSize: MAX_CACHED_FINDINGS,
    sizeCalculation: ({ length }) => length,
  });

  function makeDescription(sha256: string, bytes: Uint8Array): Description {
    const findings = readFindings(new TextDecoder().decode(bytes));
    const described = { sha256, size: bytes.length, findings };
    const description = { described, length: JSON.stringify(described).length };
    descriptions.set(sha256, description);
    return description;
  }

  async function readDescription(
    sha256: string,
    readBytes: () => Promise<Uint8Array | undefined>,
  ): Promise<Description | undefined> {
    const cached = descriptions.get(sha256);
    if (cached) return cached;
    const bytes = await readBytes();
    // The next list describes bytes that have changed meanwhile. Another request may have read the same bytes.
    if (!bytes || !verified(bytes, sha256)) return undefined;
    return descriptions.get(sha256) ?? makeDescription(sha256, bytes);
  }

  /** Describes bytes for an operator who has to decide. It calls `readBytes` unless the description is cached. */
  async function describe(
    sha256: string | undefined,
    budget: Budget,
    readBytes: () => Promise<Uint8Array | undefined>,
  ): Promise<Bytes | undefined> {
    // The entry is refused anyway.
    if (sha256 === undefined || budget.left < 0) return undefined;
    const description = await readDescription(sha256, readBytes);
    budget.left -= description?.length ?? 0;
    return description?.described;
  }

  async function stateOf(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    grant: Grant | undefined,
    budget: Budget,
    withFindings: boolean,
  ): Promise<FileState> {
    const disk = await digest(plugin.folder, component.path);
    const state: FileState = { exists_on_disk: disk !== undefined, ...disk };
    const readDiskBytes = async () => (await read(plugin.folder, component.path))?.bytes;
    const pending = async () => {
      const map = disk && (await digest(plugin.folder, mapOf(component.path)));
      const described = await describe(disk?.sha256, budget, readDiskBytes);
      return { ...state, ...described, ...(map?.sha256 && { map: map.sha256 }) };
    };
    if (!grant) return pending();
    const consented = consentedOf(grant, component.filename);
    // A file that is too large has no hash, so it is not a consented one.
    const isSame = disk ? consented !== undefined && disk.sha256 === consented : consented === undefined;
    if (isSame)
      return withFindings ? { ...state, ...(await describe(disk?.sha256, budget, readDiskBytes)) } : state;
    const running = await describe(consented, budget, () => withLimit(() => trust.bytes(consented!)));
    return { ...(await pending()), changed: true, consented: running ?? null };
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
    async blockOf(plugin, grant, withFindings = false) {
      const files = new Map<string, FileState>();
      const components: ListedComponent[] = [];
      const budget = { left: PLUGIN_LIMITS.entry };
      for (const component of plugin.components) {
        const known = files.get(component.path);
        const state = known ?? (await stateOf(plugin, component, grant, budget, withFindings));
        files.set(component.path, withoutFindings(state));
        components.push({ ...component, ...state });
      }
      return { components, ...verdictOf(plugin, grant) };
    },
  };
}
