import { copyFile, mkdir, mkdtemp, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { innerFile } from '../server/tools.ts';

/** What a file of a plugin is to a host: the manifest or a dashboard, what answers requests, or neither. */
export type Kind = 'document' | 'answer' | 'source';

/** Folders in which nothing is looked for: what is installed, built, or hidden. */
export const SKIPPED = /^(?:node_modules|dist|build|out|coverage|\..+)$/;

/** Tells what a file is, by its path relative to the plugin's folder, with slashes. */
export function kindOf(path: string): Kind {
  if (/\.ya?ml$/.test(path)) return 'document';
  return /^(?:mock\/[^/]+\.json|storage\/migrations\/[^/]+\.sql)$/.test(path) ? 'answer' : 'source';
}

/** A copy of what a host reads of a plugin, in which bundles can be written without touching the author's folder. */
export interface Overlay {
  /** The folder of plugins, which has this one alone. */
  plugins: string;
  /** Takes over a file as it is now, or that it is gone; only what a host reads. */
  sync(path: string): Promise<void>;
  /** Puts a file in place, in one step. */
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
  // A plugin that names no id has its folder's.
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
