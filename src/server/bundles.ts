import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { readFindings, type Findings } from '../findings.ts';
import type { ComponentDeclaration } from '../manifest.ts';
import { sha256Of, verified } from './grants.ts';
import { createPluginsReader, innerFile } from './plugins-folder.ts';
import type { InstalledPlugin, PluginsFolder } from './plugins-folder.ts';
import type { Grant, TrustStore } from './store.ts';

/** Bundles over this many bytes are refused: they are read whole, and kept. */
export const LARGEST_BUNDLE = 20 * 1024 * 1024;

/** Files that are read at once: each may be as large as {@link LARGEST_BUNDLE}. */
const READ_AT_ONCE = 8;
/** Files whose hash is remembered. */
const REMEMBERED = 20_000;
/** Characters of findings that are remembered: those of thousands of bundles, which are short unless they mean harm. */
const FINDINGS_REMEMBERED = 20_000_000;
/** Milliseconds in which a file may change again without a new time of change: clocks of file systems tick slowly. */
const TICK = 2000;

/** A bundle's bytes, as the host API tells of them (CONTRACT P1, T4). */
export interface BundleBytes {
  /** SHA-256, lower-case hex; absent where the file is too large or cannot be read. */
  sha256?: string;
  /** Bytes. */
  size?: number;
  /** What its text names, where an operator has to decide. */
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

/** What is read of the plugins' folder and the operators' consents, and which bytes run. */
export interface Bundles {
  readFolder(): Promise<PluginsFolder>;
  /** The plugin's grant, if it is trusted; a consent that names no bytes is bound to those on disk before. */
  grantOf(plugin: InstalledPlugin): Promise<Grant | undefined>;
  /** The grants of those plugins that are trusted, likewise. */
  grantsOf(plugins: readonly InstalledPlugin[]): Promise<ReadonlyMap<string, Grant>>;
  blockOf(plugin: InstalledPlugin, grant: Grant | undefined): Promise<FrontendBlock>;
  onDisk(plugin: InstalledPlugin): Promise<OnDisk>;
  /** The bytes with this hash, read now: the disk's where it has them, else those that were kept with the consent. */
  bytesOf(
    plugin: InstalledPlugin,
    component: ComponentDeclaration,
    sha256: string,
  ): Promise<Uint8Array | undefined>;
}

type Reading = { bytes: Uint8Array; problem?: undefined } | { bytes?: undefined; problem: string };

/** The hash of the bytes that run for a file name, those that were consented to last (CONTRACT T4). */
export const consentedOf = ({ bundles }: Grant, filename: string): string | undefined =>
  bundles && Object.hasOwn(bundles, filename) ? bundles[filename] : undefined;

/** Whether a grant covers these bytes of a file: those that run, or others since trust was last revoked. */
export const covers = (grant: Grant, filename: string, sha256: string): boolean =>
  consentedOf(grant, filename) === sha256 ||
  (grant.earlier !== undefined &&
    Object.hasOwn(grant.earlier, filename) &&
    grant.earlier[filename]!.includes(sha256));

/** Lets no more than so many run at once. */
function createTurns(count: number): <Result>(act: () => Promise<Result>) => Promise<Result> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (act) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/** Whether an open file is the one that a path inside the plugin's folder leads to: links may have been turned since. */
async function isInner(file: { dev: bigint; ino: bigint }, folder: string, path: string): Promise<boolean> {
  const target = await innerFile(folder, path);
  if (target === undefined) return false;
  const { dev, ino } = await stat(target, { bigint: true });
  return dev === file.dev && ino === file.ino;
}

/** Reads a bundle's file; `undefined` where there is none, or where it is not in the plugin's folder. */
async function readBundleFile(folder: string, path: string): Promise<Reading | undefined> {
  const target = await innerFile(folder, path);
  if (target === undefined) return undefined;
  try {
    // A pipe that takes the file's place would wait for its writer.
    const handle = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const file = await handle.stat({ bigint: true });
      if (!file.isFile() || !(await isInner(file, folder, path))) return undefined;
      const chunks: Buffer[] = [];
      // The file may grow while it is read.
      const stream = handle.createReadStream({ autoClose: false, start: 0, end: LARGEST_BUNDLE });
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      if (bytes.length <= LARGEST_BUNDLE) return { bytes };
      return { problem: `${path} is over 20 MB, the most that a bundle may have. Build it smaller.` };
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === undefined) throw thrown;
    return { problem: `${path} cannot be read (${code}). Check its permissions.` };
  }
}

/** Remembers the hashes of files until they change. */
function createDigests(
  read: (folder: string, path: string) => Promise<Reading | undefined>,
): (folder: string, path: string) => Promise<BundleBytes | undefined> {
  const kept = new Map<string, { stamp: string; sha256: string }>();
  return async (folder, path) => {
    const target = await innerFile(folder, path);
    const asked = Date.now();
    const now = target && (await stat(target, { bigint: true }).catch(() => undefined));
    if (!now) return undefined;
    const stamp = `${now.dev} ${now.ino} ${now.size} ${now.mtimeNs} ${now.ctimeNs}`;
    const known = kept.get(target);
    if (known?.stamp === stamp) return { sha256: known.sha256, size: Number(now.size) };
    const reading = await read(folder, path);
    if (!reading) return undefined;
    if (!reading.bytes) return { size: Number(now.size) };
    const sha256 = sha256Of(reading.bytes);
    kept.delete(target);
    if (asked - Number(now.ctimeMs) > TICK) kept.set(target, { stamp, sha256 });
    if (kept.size > REMEMBERED) kept.delete(kept.keys().next().value!);
    return { sha256, size: reading.bytes.length };
  };
}

/**
 * Reads plugins, their bundles and the consents to them.
 *
 * @param dir The folder of plugins.
 */
export function createBundles(dir: string, trust: TrustStore): Bundles {
  const inTurn = createTurns(READ_AT_ONCE);
  const read = (folder: string, path: string) => inTurn(() => readBundleFile(folder, path));
  const digestOf = createDigests(read);

  async function onDisk(plugin: InstalledPlugin): Promise<OnDisk> {
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
  async function pin(plugin: InstalledPlugin): Promise<void> {
    try {
      await trust.pin(plugin.id, (await onDisk(plugin)).bundles);
    } catch (thrown) {
      // Nothing of the plugin runs then, and the others are none the worse for it.
      console.error(`The trust in ${plugin.id} could not be bound to its bundles:`, thrown);
    }
  }

  async function grantsOf(plugins: readonly InstalledPlugin[]): Promise<ReadonlyMap<string, Grant>> {
    const declaring = plugins.filter(({ components }) => components.length > 0);
    let grants = await trust.grants();
    const plain = declaring.filter(({ id }) => grants.has(id) && !grants.get(id)!.bundles);
    for (const plugin of plain) await pin(plugin);
    // What was revoked meanwhile stays so.
    if (plain.length) grants = await trust.grants();
    return new Map(declaring.flatMap(({ id }) => (grants.has(id) ? [[id, grants.get(id)!]] : [])));
  }

  async function bytesOf(
    plugin: InstalledPlugin,
    component: ComponentDeclaration,
    sha256: string,
  ): Promise<Uint8Array | undefined> {
    const reading = await read(plugin.folder, component.path);
    if (reading?.bytes && verified(reading.bytes, sha256)) return reading.bytes;
    const bytes = await trust.bytes(sha256);
    return bytes && verified(bytes, sha256);
  }

  const remembered = new Map<string, { told: BundleBytes; length: number }>();
  let length = 0;

  function remember(sha256: string, bytes: Uint8Array): BundleBytes {
    const findings = readFindings(new TextDecoder().decode(bytes));
    const told = { sha256, size: bytes.length, findings };
    remembered.set(sha256, { told, length: JSON.stringify(told).length });
    length += remembered.get(sha256)!.length;
    for (const [oldest, entry] of remembered) {
      if (length <= FINDINGS_REMEMBERED) break;
      remembered.delete(oldest);
      length -= entry.length;
    }
    return told;
  }

  /** What an operator wants to know of bytes before deciding; `read` is asked where it is not known yet. */
  async function describe(
    sha256: string | undefined,
    read: () => Promise<Uint8Array | undefined>,
  ): Promise<BundleBytes | undefined> {
    if (sha256 === undefined) return undefined;
    const known = remembered.get(sha256);
    if (known) return known.told;
    const bytes = await read();
    // Other bytes by now: the next list tells of them. Or another request has read them meanwhile.
    if (!bytes || !verified(bytes, sha256)) return undefined;
    return remembered.get(sha256)?.told ?? remember(sha256, bytes);
  }

  async function entryOf(
    plugin: InstalledPlugin,
    component: ComponentDeclaration,
    grant: Grant | undefined,
  ): Promise<ComponentEntry> {
    const disk = await digestOf(plugin.folder, component.path);
    const entry: ComponentEntry = { ...component, exists_on_disk: disk !== undefined, ...disk };
    const pending = async () => ({
      ...entry,
      ...(await describe(disk?.sha256, async () => (await read(plugin.folder, component.path))?.bytes)),
    });
    if (!grant) return pending();
    const consented = consentedOf(grant, component.filename);
    // A file that is too large for a hash is none that was consented to.
    const isSame = disk ? consented !== undefined && disk.sha256 === consented : consented === undefined;
    if (isSame) return entry;
    const running = await describe(consented, () => inTurn(() => trust.bytes(consented!)));
    return { ...(await pending()), changed: true, consented: running ?? null };
  }

  return {
    readFolder: createPluginsReader(dir),
    grantOf: async (plugin) => (await grantsOf([plugin])).get(plugin.id),
    grantsOf,
    onDisk,
    bytesOf,
    async blockOf(plugin, grant) {
      const trusted = grant !== undefined;
      return {
        components: await Promise.all(
          plugin.components.map((component) => entryOf(plugin, component, grant)),
        ),
        trusted,
        needs_consent: plugin.components.length > 0 && !trusted,
      };
    },
  };
}
