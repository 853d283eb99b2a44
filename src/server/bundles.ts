import { readFindings, type Findings } from '../bundle/parsed.ts';
import type { ComponentDeclaration } from '../contract/index.ts';
import { LRUCache } from 'lru-cache';
import { createBundleFiles } from './bundle-file.ts';
import { verified } from './trust/grant.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import type { Grant, TrustStore } from './trust/store.ts';

export { LARGEST_BUNDLE } from './bundle-file.ts';

/** Characters of findings that are remembered: those of thousands of bundles, which are short unless they mean harm. */
const MAX_CACHED_FINDINGS = 20_000_000;
/** Bytes of bundles that are kept in memory. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;

/** A bundle's bytes, as the host API tells of them (CONTRACT P1, T4). */
export interface BundleBytes {
  /** SHA-256, lower-case hex; absent where the file is too large or cannot be read. */
  sha256?: string;
  /** Bytes. */
  size?: number;
  /** What its text names, where an operator has to decide; of a file that several components share, with the first of them. */
  findings?: Findings;
}

/** A component and its bytes on disk, which are absent where there are none (CONTRACT P1, T4). */
export interface ComponentEntry extends ComponentDeclaration, BundleBytes {
  exists_on_disk: boolean;
  /** Only on a trusted plugin: what is on disk is not what was consented to. */
  changed?: true;
  /** Only where changed: the bytes that run instead; `null` where none were consented to, so that nothing may run. */
  consented?: BundleBytes | null;
}

/** What a component's file adds to its entry. */
type FileState = Omit<ComponentEntry, keyof ComponentDeclaration>;

function withoutFindings(state: FileState): FileState {
  const { findings: _, ...rest } = state;
  if (!rest.consented) return rest;
  const { findings: __, ...consented } = rest.consented;
  return { ...rest, consented };
}

/** A plugin's components and whether they may run (CONTRACT P1). */
export interface FrontendBlock {
  components: ComponentEntry[];
  trusted: boolean;
  /** Declares components and is not trusted. */
  needs_consent: boolean;
}

/** The bundle files of a plugin as they are now. */
export interface OnDisk {
  /** Bytes by file name. */
  bundles: Map<string, Uint8Array>;
  /** Why files that are there cannot be used: path, reason and remedy. */
  problems: string[];
}

/** What is known of bundles and of the operators' consents, and which bytes run. */
export interface Bundles {
  /** What the store says of trust, as of now. */
  grants(): Promise<ReadonlyMap<string, Grant>>;
  /** The plugin's grant, if it is trusted; a consent that names no bytes is bound to those on disk before. */
  grantOf(plugin: DeclaredPlugin): Promise<Grant | undefined>;
  /** The grants of those plugins that are trusted, likewise. */
  grantsOf(plugins: readonly DeclaredPlugin[]): Promise<ReadonlyMap<string, Grant>>;
  blockOf(plugin: DeclaredPlugin, grant: Grant | undefined): Promise<FrontendBlock>;
  onDisk(plugin: DeclaredPlugin): Promise<OnDisk>;
  /** The bytes with this hash, read now: the disk's where it has them, else those that were kept with the consent. */
  bytesOf(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    sha256: string,
  ): Promise<Uint8Array | undefined>;
  /** The same, or a copy in memory of bytes that were read before: what has this hash never changes. */
  cachedBytesOf(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    sha256: string,
  ): Promise<Uint8Array | undefined>;
}

/** The hash of the bytes that run for a file name, those that were consented to last (CONTRACT T4). */
export const consentedOf = ({ bundles }: Grant, filename: string): string | undefined =>
  bundles && Object.hasOwn(bundles, filename) ? bundles[filename] : undefined;

/** Whether a grant covers these bytes of a file: those that run, or others since trust was last revoked. */
export const covers = (grant: Grant, filename: string, sha256: string): boolean =>
  consentedOf(grant, filename) === sha256 ||
  (grant.earlier !== undefined &&
    Object.hasOwn(grant.earlier, filename) &&
    grant.earlier[filename]!.includes(sha256));

/**
 * A trusted plugin's components with the bytes that run, without a look at the disk: the whole list tells what is there by now.
 * A component that came after the consent is left out. Nothing where the plugin is not trusted.
 */
export function consentedBlock(plugin: DeclaredPlugin, grant: Grant | undefined): FrontendBlock | undefined {
  if (!grant) return undefined;
  const components = plugin.components.flatMap((component): ComponentEntry[] => {
    const sha256 = consentedOf(grant, component.filename);
    return sha256 === undefined ? [] : [{ ...component, exists_on_disk: true, sha256 }];
  });
  return { components, trusted: true, needs_consent: false };
}

/** Calls within one turn of the event loop share an answer, which is asked for after all of them. */
function oncePerTurn<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let next: Promise<Result> | undefined;
  return () =>
    (next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      // Who comes from here on may know of a revoke that this answer does not.
      next = undefined;
      return ask();
    }));
}

/** Reads bundles and the consents to them. */
export function createBundles(trust: TrustStore): Bundles {
  const { read, digest, inTurn } = createBundleFiles();
  const askGrants = oncePerTurn(() => trust.grants());

  async function onDisk(plugin: DeclaredPlugin): Promise<OnDisk> {
    const found: OnDisk = { bundles: new Map(), problems: [] };
    for (const { filename, path } of plugin.components) {
      // Several components may share a file.
      const reading = found.bundles.has(filename) ? undefined : await read(plugin.folder, path);
      if (reading?.bytes) found.bundles.set(filename, reading.bytes);
      else if (reading) found.problems.push(reading.problem);
    }
    return found;
  }

  /** Binds a consent that names no bytes, as NousViz 1.0 writes it, to those on disk: trust on first use. */
  async function pin(plugin: DeclaredPlugin): Promise<void> {
    try {
      await trust.pin(plugin.id, (await onDisk(plugin)).bundles);
    } catch (thrown) {
      // Nothing of the plugin runs then, and the others are none the worse for it.
      console.error(`The trust in ${plugin.id} could not be bound to its bundles:`, thrown);
    }
  }

  async function grantsOf(plugins: readonly DeclaredPlugin[]): Promise<ReadonlyMap<string, Grant>> {
    const declaring = plugins.filter(({ components }) => components.length > 0);
    let grants = await askGrants();
    const plain = declaring.filter(({ id }) => grants.has(id) && !grants.get(id)!.bundles);
    for (const plugin of plain) await pin(plugin);
    // What was revoked meanwhile stays so.
    if (plain.length) grants = await askGrants();
    return new Map(declaring.flatMap(({ id }) => (grants.has(id) ? [[id, grants.get(id)!]] : [])));
  }

  async function bytesOf(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    sha256: string,
  ): Promise<Uint8Array | undefined> {
    const reading = await read(plugin.folder, component.path);
    if (reading?.bytes && verified(reading.bytes, sha256)) return reading.bytes;
    const bytes = await trust.bytes(sha256);
    return bytes && verified(bytes, sha256);
  }

  const cache = new LRUCache<string, Uint8Array>({
    maxSize: MAX_CACHED_BYTES,
    sizeCalculation: ({ length }) => Math.max(1, length),
  });

  async function cachedBytesOf(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    sha256: string,
  ): Promise<Uint8Array | undefined> {
    const known = cache.get(sha256);
    if (known) return known;
    const bytes = await bytesOf(plugin, component, sha256);
    // A copy: small files are parts of a larger buffer, and what a store hands out is the store's.
    const copy = bytes && new Uint8Array(bytes);
    if (copy) cache.set(sha256, copy);
    return copy;
  }

  const described = new LRUCache<string, BundleBytes>({
    maxSize: MAX_CACHED_FINDINGS,
    sizeCalculation: (bytes) => JSON.stringify(bytes).length,
  });

  function findIn(sha256: string, bytes: Uint8Array): BundleBytes {
    const findings = readFindings(new TextDecoder().decode(bytes));
    const description = { sha256, size: bytes.length, findings };
    described.set(sha256, description);
    return description;
  }

  /** What an operator wants to know of bytes before deciding; `read` is asked where it is not known yet. */
  async function describe(
    sha256: string | undefined,
    read: () => Promise<Uint8Array | undefined>,
  ): Promise<BundleBytes | undefined> {
    if (sha256 === undefined) return undefined;
    const known = described.get(sha256);
    if (known) return known;
    const bytes = await read();
    // Other bytes by now: the next list tells of them. Or another request has read them meanwhile.
    if (!bytes || !verified(bytes, sha256)) return undefined;
    return described.get(sha256) ?? findIn(sha256, bytes);
  }

  async function stateOf(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    grant: Grant | undefined,
  ): Promise<FileState> {
    const disk = await digest(plugin.folder, component.path);
    const state: FileState = { exists_on_disk: disk !== undefined, ...disk };
    const pending = async () => ({
      ...state,
      ...(await describe(disk?.sha256, async () => (await read(plugin.folder, component.path))?.bytes)),
    });
    if (!grant) return pending();
    const consented = consentedOf(grant, component.filename);
    // A file that is too large for a hash is none that was consented to.
    const isSame = disk ? consented !== undefined && disk.sha256 === consented : consented === undefined;
    if (isSame) return state;
    const running = await describe(consented, () => inTurn(() => trust.bytes(consented!)));
    return { ...(await pending()), changed: true, consented: running ?? null };
  }

  return {
    grants: askGrants,
    grantOf: async (plugin) => (await grantsOf([plugin])).get(plugin.id),
    grantsOf,
    onDisk,
    bytesOf,
    cachedBytesOf,
    async blockOf(plugin, grant) {
      const trusted = grant !== undefined;
      const files = new Map<string, Promise<FileState>>();
      const components = plugin.components.map(async (component) => {
        const known = files.get(component.path);
        if (known) return { ...component, ...withoutFindings(await known) };
        const state = stateOf(plugin, component, grant);
        files.set(component.path, state);
        return { ...component, ...(await state) };
      });
      return {
        components: await Promise.all(components),
        trusted,
        needs_consent: plugin.components.length > 0 && !trusted,
      };
    },
  };
}
