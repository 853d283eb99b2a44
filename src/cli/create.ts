import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PLUGIN_ID } from '../contract/index.ts';
import { UsageError } from '../dev/usage-error.ts';
import { packageFile } from '../server/tools.ts';
import { findRuntimeSource } from './runtime-source.ts';
import { readTemplate, templateFor, TYPES } from './template.ts';

/** The options of {@link createPlugin}. */
export interface CreateOptions {
  /** The absolute path of the new folder. Its name is the plugin's id. */
  folder: string;
  /** The source of this library in package.json, as an npm spec. A path is relative to `from`. @default the source of this copy */
  runtime?: string | undefined;
  /** The absolute path of the folder that `runtime` is relative to. */
  from: string;
}

/** The new plugin. */
export interface CreatedPlugin {
  /** The paths of its files, relative to its folder. */
  files: string[];
  /** Advice for the author on the source of this library. */
  note?: string;
}

/**
 * Writes a complete plugin: manifest, dashboard, widget, test and scripts.
 *
 * @throws {UsageError} for a folder that has files, other than those of git, and for a name that is not a plugin id.
 */
export async function createPlugin({ folder, runtime, from }: CreateOptions): Promise<CreatedPlugin> {
  const id = basename(folder);
  if (!PLUGIN_ID.test(id)) {
    throw new UsageError(
      `"${id}" cannot be a plugin's id. Give the folder a name of lower-case letters, digits, ".", "_" and "-" that begins with a letter or digit.`,
    );
  }
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`${folder} cannot be read: ${error.message}. Choose another folder.`);
  });
  // A clone of an empty repository is empty.
  if (found.some((name) => name !== '.git'))
    throw new UsageError(`${folder} is not empty. Choose a new folder.`);

  const source = await findRuntimeSource({
    folder,
    root: packageFile('.'),
    runtime,
    from,
  });
  const { rename, pathOf } = templateFor(id, source.spec);
  const files = [...source.files];
  for (const [path, text] of Object.entries(await readTemplate())) {
    const target = pathOf(path);
    await mkdir(dirname(join(folder, target)), { recursive: true });
    await writeFile(join(folder, target), path === TYPES ? text : rename(text));
    files.push(target);
  }
  return { files: files.toSorted(), ...(source.note && { note: source.note }) };
}
