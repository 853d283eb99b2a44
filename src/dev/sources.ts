import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import type { ComponentDeclaration } from '../contract/index.ts';
import { findSource } from './build-widget.ts';

const COMMENT = /^\/\/# nousviz-sources (\{.*\})$/gm;

/** Files that may be part of a widget. Tests and type declarations are not. */
const SOURCE = /(?<!\.d|\.test|\.spec)\.(?:[cm]?[jt]sx?|css|svg)$/;

/** The maximum difference between the timestamps of files of one checkout, in milliseconds. */
const TOLERANCE = 2000;

/** The first 16 hex digits of the SHA-256 of a text file, independent of its line endings. */
async function hashOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'latin1').catch(() => undefined);
  if (text === undefined) return undefined;
  return createHash('sha256').update(text.replaceAll('\r\n', '\n'), 'latin1').digest('hex').slice(0, 16);
}

/**
 * Creates the one-line comment that records a bundle's sources, for {@link findStale}.
 *
 * @param folder the plugin's folder.
 * @param files paths of the author's own sources without packages, relative to the folder, with slashes.
 */
export async function sourcesComment(folder: string, files: readonly string[]): Promise<string> {
  const hashes = await Promise.all(
    files.toSorted().map(async (file) => [file, await hashOf(join(folder, file))]),
  );
  return `//# nousviz-sources ${JSON.stringify(Object.fromEntries(hashes))}\n`;
}

/** Reads the hashes in a bundle's comment, by path. @returns undefined without a valid comment */
function readComment(text: string): Map<string, unknown> | undefined {
  const [, json] = [...text.matchAll(COMMENT)].at(-1) ?? [];
  try {
    return json ? new Map(Object.entries(JSON.parse(json) as object)) : undefined;
  } catch {
    return undefined;
  }
}

/** A source that has changed since the bundle was built. */
export interface StaleSource {
  /** Relative to the plugin's folder. */
  source: string;
  /** The kind of change. In messages, the bundle's path follows it. */
  was: 'was changed after the build of' | 'was removed after the build of' | 'is newer than';
  /** Whether hashes prove the change. Timestamps may be those of a checkout. */
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
  // A plugin may be published without its sources.
  if (sources.every(({ now }) => now === undefined)) return undefined;
  const changed = sources.find(({ before, now }) => now !== before);
  if (!changed) return undefined;
  const was = changed.now ? 'was changed after the build of' : 'was removed after the build of';
  return { source: changed.source, was, isCertain: true };
}

/** The sources in a folder and its subfolders, relative to the plugin's folder. */
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

/** The source of a component and the other sources in its folder, without those of other components. */
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
  // The plugin's own folder contains unrelated files.
  const beside = around === '.' ? [] : await sourcesIn(folder, around);
  return [own, ...beside.filter((path) => !others.has(join(folder, path)))];
}

/**
 * Lists the sources of a component, relative to the plugin's folder: those in the bundle's comment or, without a comment, those
 * beside the component's source.
 */
export async function listSources(
  folder: string,
  text: string,
  component: ComponentDeclaration,
  components: readonly ComponentDeclaration[],
): Promise<string[]> {
  const hashes = readComment(text);
  return hashes ? [...hashes.keys()] : sourcesBeside(folder, component, components);
}

/**
 * Finds a source that has changed since a bundle was built. It compares the hashes in the bundle's comment or, without a comment,
 * the timestamps of the files beside the source.
 *
 * @param text the bundle's code.
 * @param components all components of the plugin, including the bundle's.
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
    if (file && file.mtimeMs > built + TOLERANCE) return { source, was: 'is newer than', isCertain: false };
  }
  return undefined;
}
