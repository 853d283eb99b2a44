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
  /** What the code on the server's disk reaches for, as far as it was scanned; `undefined` if nothing was. */
  powers: readonly FoundPower[] | undefined;
  /** The files that were not scanned, of those that the decision is about. */
  unscanned: readonly ReviewedFile[];
  /** Of a change: what is new, and what is no longer there; `undefined` if the server has not scanned both versions. */
  added: readonly FoundPower[] | undefined;
  removed: readonly FoundPower[] | undefined;
  /** Only if nobody has decided about the waiting files. */
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
  return [...files.values()].toSorted((one, other) => +(one.kind === 'same') - +(other.kind === 'same'));
}

const findingsOf = (bytes: readonly (Bytes | undefined)[]): Findings[] =>
  bytes.flatMap((one) => one?.findings ?? []);

/** The powers that a change adds and removes; `undefined` if not all of both versions was scanned. */
function changeOf({ id }: Plugin, files: readonly ReviewedFile[], powers: readonly FoundPower[]) {
  const old = files.flatMap(({ before }) => before ?? []);
  const findings = findingsOf(old);
  if (findings.length < old.length) return undefined;
  const before = powersOf(id, findings);
  return { added: addedPowers(before, powers), removed: addedPowers(powers, before) };
}

/** Derives what a decision about a plugin needs from its entry in the list. */
export function reviewOf(plugin: Plugin, canSandbox: boolean): Review {
  const files = filesOf(plugin);
  const hasChanged = isDecided(plugin) && plugin.components.some(({ changed }) => changed);
  const pending = plugin.needs_consent ? 'consent' : hasChanged ? 'change' : undefined;
  const isChange = pending === 'change';
  // A file that is gone adds nothing to accepted ones.
  const asked = isChange ? files.filter(({ kind }) => kind !== 'same') : files;
  const unscanned = asked.filter(({ kind, now }) => !now?.findings && !(isChange && kind === 'gone'));
  const findings = findingsOf(asked.map(({ now }) => now));
  const powers = unscanned.length > 0 && findings.length === 0 ? undefined : powersOf(plugin.id, findings);
  const change = isChange && unscanned.length === 0 ? changeOf(plugin, asked, powers ?? []) : undefined;
  const recommendation =
    pending &&
    !plugin.declined &&
    recommend({
      isRevoked: plugin.revoked_at !== undefined,
      isUsable: files.every(({ kind }) => kind !== 'gone' && kind !== 'unusable'),
      // What was not scanned can do anything.
      powers: unscanned.length === 0 || powers?.some(({ isSevere }) => isSevere) ? powers : undefined,
      change: isChange
        ? { added: change?.added, verdict: plugin.sandboxed ? 'sandbox' : 'trust' }
        : undefined,
      canSandbox,
      isSourceKnown: plugin.installed_from !== undefined,
    });
  return {
    pending,
    files,
    powers,
    unscanned,
    added: change?.added,
    removed: change?.removed,
    recommendation: recommendation || undefined,
  };
}

/** A key of the change that waits, so that keeping the old version holds until the files change again. */
export const changeKey = (files: readonly ReviewedFile[]) =>
  JSON.stringify(
    files.filter(({ kind }) => kind !== 'same').map(({ path, now }) => [path, now?.sha256 ?? null]),
  );
