import { readFindings } from '../bundle/parsed.ts';
import type { Bytes, ComponentDeclaration, FrontendBlock, ListedComponent } from '../contract/index.ts';
import { PLUGIN_LIMITS } from '../contract/index.ts';
import { LRUCache } from 'lru-cache';
import { createBundleFiles, mapOf } from './bundle-file.ts';
import { verified } from './trust/grant.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import { createSharing, oncePerTurn } from './share.ts';
import type { Grant, TrustStore } from './trust/store.ts';
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

/** The present bundle files of a plugin. */
export interface DiskBundles {
  /** Bytes by file name. */
  bundles: Map<string, Uint8Array>;
  /** The bytes of the source maps beside them, by file name. */
  maps: Map<string, Uint8Array>;
  /** The problems of files that cannot be used, each with path, reason and remedy. */
  problems: string[];
}

/** Reads bundles and the operators' consents, and decides which bytes run. */
export interface Bundles extends Pick<SuspendingStore, 'consent' | 'revoke' | 'mayBeTrusted'> {
  /** Reads the present grants from the store. */
  grants(): Promise<ReadonlyMap<string, Grant>>;
  /** Returns the grant of a trusted plugin. A consent without hashes is first bound to the bytes on disk. */
  grantOf(plugin: DeclaredPlugin): Promise<Grant | undefined>;
  /** Returns the grants of the trusted plugins. Consents without hashes are first bound to the bytes on disk. */
  grantsOf(plugins: readonly DeclaredPlugin[]): Promise<ReadonlyMap<string, Grant>>;
  /** Describes a plugin's components. */
  blockOf(plugin: DeclaredPlugin, grant: Grant | undefined): Promise<FrontendBlock>;
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

/** Returns the hash of the bytes that run for a file name, those of the last consent (CONTRACT T4). */
export const consentedOf = ({ bundles }: Grant, filename: string): string | undefined =>
  bundles && Object.hasOwn(bundles, filename) ? bundles[filename] : undefined;

/** Whether a grant covers bytes of a file: those that run, or bytes of an earlier consent since trust was last revoked. */
export const covers = (grant: Grant, filename: string, sha256: string): boolean =>
  consentedOf(grant, filename) === sha256 ||
  (grant.earlier !== undefined &&
    Object.hasOwn(grant.earlier, filename) &&
    grant.earlier[filename]!.includes(sha256));

/**
 * Describes a trusted plugin's components by the bytes that run, without reading the disk. A component that was added after the
 * consent is left out.
 * @returns `undefined` for a plugin that is not trusted.
 */
export function consentedBlock(plugin: DeclaredPlugin, grant: Grant | undefined): FrontendBlock | undefined {
  if (!grant) return undefined;
  const components = plugin.components.flatMap((component): ListedComponent[] => {
    const sha256 = consentedOf(grant, component.filename);
    return sha256 === undefined ? [] : [{ ...component, exists_on_disk: true, sha256 }];
  });
  return { components, trusted: true, needs_consent: false };
}

/** Makes the reader of bundles and consents. */
export function createBundles(trust: TrustStore): Bundles {
  const { read, digest, withLimit } = createBundleFiles();
  const { grants: readRunning, consent, revoke, mayBeTrusted } = suspending(trust);
  const readGrants = oncePerTurn(readRunning);

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

  /** Binds a consent without hashes, as NousViz 1.0 writes it, to the bytes on disk: trust on first use. */
  async function pin(plugin: DeclaredPlugin): Promise<void> {
    try {
      const { bundles, maps } = await readDisk(plugin);
      await trust.pin(plugin.id, new Map([...bundles, ...maps]));
    } catch (thrown) {
      // The plugin then does not run; other plugins are not affected.
      console.error(`${plugin.id}: its consent could not be bound to its bundles:`, thrown);
    }
  }

  async function grantsOf(plugins: readonly DeclaredPlugin[]): Promise<ReadonlyMap<string, Grant>> {
    const declaring = plugins.filter(({ components }) => components.length > 0);
    let grants = await readGrants();
    const unpinned = declaring.filter(({ id }) => grants.has(id) && !grants.get(id)!.bundles);
    for (const plugin of unpinned) await pin(plugin);
    // Trust may have been revoked meanwhile.
    if (unpinned.length) grants = await readGrants();
    return new Map(declaring.flatMap(({ id }) => (grants.has(id) ? [[id, grants.get(id)!]] : [])));
  }

  async function readSharedBytes(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    sha256: string,
  ): Promise<Uint8Array | undefined> {
    const result = await read(plugin.folder, component.path);
    if (result?.bytes && verified(result.bytes, sha256)) return result.bytes;
    const bytes = await trust.bytes(sha256);
    return bytes && verified(bytes, sha256);
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
    if (isSame) return state;
    const running = await describe(consented, budget, () => withLimit(() => trust.bytes(consented!)));
    return { ...(await pending()), changed: true, consented: running ?? null };
  }

  return {
    grants: readGrants,
    grantOf: async (plugin) => (await grantsOf([plugin])).get(plugin.id),
    grantsOf,
    consent,
    revoke,
    mayBeTrusted,
    readDisk,
    bytesOf,
    cachedBytesOf,
    async blockOf(plugin, grant) {
      const trusted = grant !== undefined;
      const files = new Map<string, FileState>();
      const components: ListedComponent[] = [];
      const budget = { left: PLUGIN_LIMITS.entry };
      for (const component of plugin.components) {
        const known = files.get(component.path);
        const state = known ?? (await stateOf(plugin, component, grant, budget));
        files.set(component.path, withoutFindings(state));
        components.push({ ...component, ...state });
      }
      return { components, trusted, needs_consent: plugin.components.length > 0 && !trusted };
    },
  };
}
