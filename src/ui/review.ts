import type { Bytes, Findings, ListedComponent, Plugin } from '../contract/index.ts';
import { addedPowers, powersOf, type FoundPower } from './powers.ts';
import { recommend, type Recommendation } from './recommend.ts';

/** `gone`: not on the server. `unusable`: the server cannot read it, or it is too large. */
export type FileKind = 'changed' | 'new' | 'gone' | 'unusable' | 'same';

/** A file of a plugin, as a review shows it. Several components may share one. */
export interface ReviewedFile {
  path: string;
  filename: string;
  /** The names of its components. */
  names: readonly string[];
  kind: FileKind;
  /** The bytes that were accepted, if they are others than those on the server's disk. */
  before: Bytes | undefined;
  /** The bytes on the server's disk. */
  now: Bytes | undefined;
}

/** What the list of plugins says for a decision about one of them. */
export interface Review {
  /** What is asked; `undefined` if nothing is. */
  pending: 'consent' | 'change' | undefined;
  files: readonly ReviewedFile[];
  /** What the code on the server's disk reaches for; `undefined` if the server has not scanned all of it. */
  powers: readonly FoundPower[] | undefined;
  /** Of a change: what is new, and what is no longer there; `undefined` if the server has not scanned both versions. */
  added: readonly FoundPower[] | undefined;
  removed: readonly FoundPower[] | undefined;
  /** Only if something is asked. */
  recommendation: Recommendation | undefined;
}

const isDecided = ({ trusted, sandboxed }: Plugin) => trusted || sandboxed === true;

function kindOf(plugin: Plugin, { exists_on_disk, sha256, changed, consented }: ListedComponent): FileKind {
  if (exists_on_disk === false) return 'gone';
  // NousViz 1.0 has no hashes, and no revisions.
  if (sha256 === undefined && (changed || plugin.revision !== undefined)) return 'unusable';
  if (!isDecided(plugin) || (changed && !consented)) return 'new';
  return changed ? 'changed' : 'same';
}

/** The files of a plugin with their components; those that changed first. */
function filesOf(plugin: Plugin): ReviewedFile[] {
  const files = new Map<string, ReviewedFile>();
  for (const component of plugin.components) {
    const { name, path, filename, sha256, size, findings, consented, changed } = component;
    const kind = kindOf(plugin, component);
    files.set(path, {
      path,
      filename,
      names: [...(files.get(path)?.names ?? []), name],
      kind,
      before: (changed && consented) || undefined,
      now:
        kind === 'gone'
          ? undefined
          : { ...(sha256 && { sha256 }), ...(size !== undefined && { size }), ...(findings && { findings }) },
    });
  }
  return [...files.values()];
}

/** The findings of all bytes; `undefined` if some were not scanned. */
function allFindings(bytes: readonly (Bytes | undefined)[]): Findings[] | undefined {
  const found = bytes.flatMap((one) => one?.findings ?? []);
  return found.length === bytes.length ? found : undefined;
}

/** The powers in the changed files, before and after; `undefined` if not all of them were scanned. */
function changeOf(plugin: Plugin, files: readonly ReviewedFile[]) {
  const changed = files.filter(({ kind }) => kind !== 'same');
  const before = allFindings(changed.flatMap((file) => (file.before ? [file.before] : [])));
  const after = allFindings(changed.flatMap((file) => (file.kind === 'gone' ? [] : [file.now])));
  if (!before || !after) return undefined;
  const [old, now] = [powersOf(plugin.id, before), powersOf(plugin.id, after)];
  return { added: addedPowers(old, now), removed: addedPowers(now, old), now };
}

/** Derives what a decision about a plugin needs from its entry in the list. */
export function reviewOf(plugin: Plugin, canSandbox: boolean): Review {
  const files = filesOf(plugin);
  const hasChanged = isDecided(plugin) && plugin.components.some(({ changed }) => changed);
  const pending = plugin.needs_consent ? 'consent' : hasChanged ? 'change' : undefined;
  const change = pending === 'change' ? changeOf(plugin, files) : undefined;
  const findings = allFindings(files.map(({ now }) => now));
  const powers = change?.now ?? (findings && powersOf(plugin.id, findings));
  const recommendation =
    pending &&
    recommend({
      isUsable: files.every(({ kind }) => kind !== 'gone' && kind !== 'unusable'),
      powers,
      change:
        pending === 'change'
          ? { added: change?.added, verdict: plugin.sandboxed ? 'sandbox' : 'trust' }
          : undefined,
      canSandbox,
      isSourceKnown: plugin.installed_from !== undefined,
    });
  return { pending, files, powers, added: change?.added, removed: change?.removed, recommendation };
}

/** A key of the change that waits, so that keeping the old version holds until the files change again. */
export const changeKey = (files: readonly ReviewedFile[]) =>
  JSON.stringify(
    files.filter(({ kind }) => kind !== 'same').map(({ path, now }) => [path, now?.sha256 ?? null]),
  );
