import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import type { ComponentDeclaration } from '../contract/index.ts';
import { findSource } from './build-widget.ts';

const COMMENT = /^\/\/# nousviz-sources (\{.*\})$/gm;

/** Files that a widget may be made of; its tests and types are not. */
const SOURCE = /(?<!\.d|\.test|\.spec)\.(?:[cm]?[jt]sx?|css|svg)$/;

/** Milliseconds that files of one checkout may lie apart: the later one was not changed for that. */
const APART = 2000;

/** The SHA-256 of a text file, 16 hex digits of it, the same with the line ends of any system. */
async function hashOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'latin1').catch(() => undefined);
  if (text === undefined) return undefined;
  return createHash('sha256').update(text.replaceAll('\r\n', '\n'), 'latin1').digest('hex').slice(0, 16);
}

/**
 * The comment, one line, by which a bundle tells what it was built of, for {@link findStale}.
 *
 * @param folder the plugin's folder.
 * @param files paths of the author's own sources, relative to it, with slashes; packages do not belong there.
 */
export async function sourcesComment(folder: string, files: readonly string[]): Promise<string> {
  const hashes = await Promise.all(
    files.toSorted().map(async (file) => [file, await hashOf(join(folder, file))]),
  );
  return `//# nousviz-sources ${JSON.stringify(Object.fromEntries(hashes))}\n`;
}

/** The hashes that a bundle's comment has, by path; nothing where it has none. */
function readComment(text: string): Map<string, unknown> | undefined {
  const [, json] = [...text.matchAll(COMMENT)].at(-1) ?? [];
  try {
    return json ? new Map(Object.entries(JSON.parse(json) as object)) : undefined;
  } catch {
    return undefined;
  }
}

/** A source that a bundle does not have in it as it is now. */
export interface StaleSource {
  /** Relative to the plugin's folder. */
  source: string;
  /** What is the matter with it, to be followed by the bundle's path. */
  was: 'was changed after the build of' | 'was removed after the build of' | 'is newer than';
  /** Whether its contents tell; times of change may be a checkout's. */
  isCertain: boolean;
}

async function compare(folder: string, hashes: Map<string, unknown>): Promise<StaleSource | undefined> {
  const sources = await Promise.all(
    [...hashes].map(async ([source, before]) => ({
      source,
      before,
      now: await hashOf(join(folder, source)),
    })),
  );
  // A plugin may travel without its sources.
  if (sources.every(({ now }) => now === undefined)) return undefined;
  const changed = sources.find(({ before, now }) => now !== before);
  if (!changed) return undefined;
  const was = changed.now ? 'was changed after the build of' : 'was removed after the build of';
  return { source: changed.source, was, isCertain: true };
}

/** The sources in a folder and below, relative to the plugin's. */
async function sourcesIn(folder: string, path: string): Promise<string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map((entry) => {
      const inner = `${path}/${entry.name}`;
      if (!entry.isDirectory()) return entry.isFile() && SOURCE.test(inner) ? [inner] : [];
      return /^(?:\.|node_modules$|dist$|build$|out$)/.test(entry.name) ? [] : sourcesIn(folder, inner);
    }),
  );
  return found.flat();
}

/** The source of a component and what else lies in its folder, but for the other components'. */
async function sourcesBeside(
  folder: string,
  component: ComponentDeclaration,
  components: readonly ComponentDeclaration[],
): Promise<string[]> {
  const entryOf = async (one: ComponentDeclaration) => (await findSource(folder, one))?.entry;
  const entry = await entryOf(component);
  if (!entry) return [];
  const own = relative(folder, entry).replaceAll(sep, '/');
  const others = new Set(await Promise.all(components.map(entryOf)));
  const around = posix.dirname(own);
  // In the plugin's own folder lie things of every kind.
  const beside = around === '.' ? [] : await sourcesIn(folder, around);
  return [own, ...beside.filter((path) => !others.has(join(folder, path)))];
}

/**
 * Finds a source that has changed since a bundle was built: by the contents where the bundle's comment has their hashes, else
 * by the times of change of what lies beside it.
 *
 * @param text the bundle's.
 * @param components all that the plugin declares, the bundle's own among them.
 */
export async function findStale(
  folder: string,
  text: string,
  component: ComponentDeclaration,
  components: readonly ComponentDeclaration[],
): Promise<StaleSource | undefined> {
  const hashes = readComment(text);
  if (hashes) return compare(folder, hashes);
  const { mtimeMs: built } = await stat(join(folder, component.path));
  for (const source of await sourcesBeside(folder, component, components)) {
    const file = await stat(join(folder, source)).catch(() => undefined);
    if (file && file.mtimeMs > built + APART) return { source, was: 'is newer than', isCertain: false };
  }
  return undefined;
}
