import { PLUGIN_LIMITS } from '../contract/index.ts';
import type { Bytes, ComponentDeclaration, FrontendBlock, ListedComponent } from '../contract/index.ts';
import { mapOf, type BundleFiles } from './bundle-file.ts';
import { consentedOf, verdictOf } from './decisions.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import { createScans, type ScanAllowance } from './scans.ts';
import type { Grant, TrustStore } from './trust/store.ts';

/** The fields of a component's entry that depend on its file. */
type FileState = Omit<ListedComponent, keyof ComponentDeclaration>;

function withoutFindings(state: FileState): FileState {
  const { findings: _, ...rest } = state;
  if (!rest.consented) return rest;
  const { findings: __, ...consented } = rest.consented;
  return { ...rest, consented };
}

/** Hash and size of the bytes on the disk. */
type Digest = Awaited<ReturnType<BundleFiles['digest']>>;

/** What is known while a plugin is described. */
interface Describing {
  /** By path. */
  digests: ReadonlyMap<string, Digest>;
  /** The length that its descriptions may still have, so that one plugin does not use the time of all (CONTRACT M5). */
  budget: { left: number };
  withFindings: boolean;
  /** Whether code may be scanned; if not, the plugin has no findings at all. */
  mayScan: boolean;
}

/** What a description of a plugin has. */
interface BlockOptions {
  /** Whether it says what was found in bytes about which no decision is pending, too. */
  withFindings?: boolean;
  /** The code that may be scanned for it. @default all of the plugin */
  scan?: ScanAllowance;
}

/** Describes a plugin's components. */
export type DescribePlugin = (
  plugin: DeclaredPlugin,
  grant: Grant | undefined,
  options?: BlockOptions,
) => Promise<FrontendBlock>;

/** Makes the function that describes plugins by their files and the operators' consents. */
export function createBlocks({
  files: { read, digest, withLimit },
  trust,
}: {
  files: BundleFiles;
  trust: Pick<TrustStore, 'bytes'>;
}): DescribePlugin {
  const scans = createScans();

  /** Describes bytes for an operator who has to decide. It calls `readBytes` unless they have been scanned. */
  async function describe(
    sha256: string | undefined,
    { budget, mayScan }: Describing,
    readBytes: () => Promise<Uint8Array | undefined>,
  ): Promise<Bytes | undefined> {
    // The entry is refused anyway.
    if (sha256 === undefined || budget.left < 0) return undefined;
    if (!mayScan) {
      const bytes = await readBytes();
      return bytes && { sha256, size: bytes.length };
    }
    const description = await scans.describe(sha256, readBytes);
    budget.left -= description?.length ?? 0;
    return description?.described;
  }

  /** Whether the allowance is enough for what waits in a plugin, which then uses it. Accepted bytes count as those on the disk. */
  function allows(
    scan: ScanAllowance,
    { components }: DeclaredPlugin,
    grant: Grant | undefined,
    digests: Describing['digests'],
  ): boolean {
    const sizes = new Map<string, number>();
    for (const { path, filename } of components) {
      const { sha256, size = 0 } = digests.get(path) ?? {};
      const running = grant && consentedOf(grant, filename);
      if (grant && running === sha256) continue;
      for (const hash of [sha256, running]) if (hash && !scans.isDone(hash)) sizes.set(hash, size);
    }
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    if (total > scan.left) return false;
    scan.left -= total;
    return true;
  }

  async function stateOf(
    plugin: DeclaredPlugin,
    component: ComponentDeclaration,
    grant: Grant | undefined,
    describing: Describing,
  ): Promise<FileState> {
    const disk = describing.digests.get(component.path);
    const state: FileState = { exists_on_disk: disk !== undefined, ...disk };
    const readDisk = async () => (await read(plugin.folder, component.path))?.bytes;
    const describeDisk = async () =>
      describing.mayScan ? describe(disk?.sha256, describing, readDisk) : undefined;
    const pending = async () => {
      const map = disk && (await digest(plugin.folder, mapOf(component.path)));
      return { ...state, ...(await describeDisk()), ...(map?.sha256 && { map: map.sha256 }) };
    };
    if (!grant) return pending();
    const consented = consentedOf(grant, component.filename);
    // A file that is too large has no hash, so it is not a consented one.
    const isSame = disk ? consented !== undefined && disk.sha256 === consented : consented === undefined;
    if (isSame) return describing.withFindings ? { ...state, ...(await describeDisk()) } : state;
    const running = await describe(consented, describing, () => withLimit(() => trust.bytes(consented!)));
    return { ...(await pending()), changed: true, consented: running ?? null };
  }

  return async (plugin, grant, { withFindings = false, scan } = {}) => {
    const digests = new Map<string, Digest>();
    for (const { path } of plugin.components)
      if (!digests.has(path)) digests.set(path, await digest(plugin.folder, path));
    const describing = {
      digests,
      budget: { left: PLUGIN_LIMITS.entry },
      withFindings,
      mayScan: !scan || allows(scan, plugin, grant, digests),
    };
    const files = new Map<string, FileState>();
    const components: ListedComponent[] = [];
    for (const component of plugin.components) {
      const known = files.get(component.path);
      const state = known ?? (await stateOf(plugin, component, grant, describing));
      files.set(component.path, withoutFindings(state));
      components.push({ ...component, ...state });
    }
    return { components, ...verdictOf(plugin, grant) };
  };
}
