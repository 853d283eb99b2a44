import { copyFile, mkdir, mkdtemp, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { innerFile } from '../server/tools.ts';

/** The kind of a plugin's file: a manifest or dashboard, a file that answers requests, or anything else. */
export type Kind = 'document' | 'answer' | 'source';

/** Names that are skipped: installed packages, build output and hidden files. */
export const SKIPPED = /^(?:node_modules|dist|build|out|coverage|\..+)$/;

/** Returns the kind of a file by its path relative to the plugin's folder, with slashes. */
export function kindOf(path: string): Kind {
  if (/\.ya?ml$/.test(path)) return 'document';
  return /^(?:mock\/[^/]+\.json|storage\/migrations\/[^/]+\.sql)$/.test(path) ? 'answer' : 'source';
}

/** A copy of the files that a host reads from a plugin. Bundles are written into it, not into the author's folder. */
export interface Overlay {
  /** The plugins folder, which contains only this plugin. */
  plugins: string;
  /** Copies or removes a file, like in the plugin's folder. Ignores files that a host does not read. */
  sync(path: string): Promise<void>;
  /** Writes a file atomically. */
  write(path: string, bytes: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/**
 * Copies a plugin's manifest, dashboards, mock answers and migrations into a temporary folder.
 *
 * @param folder the plugin's folder, absolute, links resolved.
 */
export async function createOverlay(folder: string): Promise<Overlay> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'nousviz-dev-')));
  const plugins = join(root, 'plugins');
  // The folder's name is the plugin's id if the manifest has none.
  const target = join(plugins, basename(folder).replace(/^\.+/, '') || 'plugin');

  async function sync(path: string) {
    if (kindOf(path) === 'source') return;
    const file = await innerFile(folder, path);
    if (file === undefined) return rm(join(target, path), { force: true });
    await mkdir(dirname(join(target, path)), { recursive: true });
    return copyFile(file, join(target, path));
  }

  async function syncAll(path: string): Promise<void> {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    for (const entry of entries) {
      const inner = path ? `${path}/${entry.name}` : entry.name;
      if (SKIPPED.test(entry.name)) continue;
      await (entry.isDirectory() ? syncAll(inner) : sync(inner));
    }
  }

  const close = () => rm(root, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  try {
    await syncAll('');
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    plugins,
    sync,
    async write(path, bytes) {
      const file = join(target, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.new`, bytes);
      await rename(`${file}.new`, file);
    },
    close,
  };
}
