import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { PLUGIN_ID } from '../contract/index.ts';
import { UsageError } from '../dev/usage-error.ts';
import { packageFile } from '../server/tools.ts';
import { findRuntimeSource } from './runtime-source.ts';

/** What a new plugin is made of. */
export interface CreateOptions {
  /** The folder to make, absolute; its name is the plugin's id. */
  folder: string;
  /** Where its package.json takes this library from, as npm spells it; a path is relative to `from`. @default where this copy came from */
  runtime?: string | undefined;
  /** The folder that `runtime` is relative to, absolute. */
  from: string;
}

/** What was written. */
export interface CreatedPlugin {
  /** Relative to the plugin's folder. */
  files: string[];
  /** What the author has to know about where the plugin takes this library from. */
  note?: string;
}

/**
 * Writes a complete plugin: manifest, dashboard, widget, test and scripts.
 *
 * @throws {UsageError} for a folder that is not empty, or whose name is no plugin id.
 */
export async function createPlugin({ folder, runtime, from }: CreateOptions): Promise<CreatedPlugin> {
  const id = basename(folder);
  if (!PLUGIN_ID.test(id)) {
    throw new UsageError(
      `"${id}" cannot be a plugin's id: lower-case letters, digits, ".", "_" and "-", beginning with a letter or digit. Name the folder so.`,
    );
  }
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`${folder} cannot be a plugin's folder: ${error.message}.`);
  });
  if (found.length > 0) throw new UsageError(`${folder} is not empty. Name a folder that is not there yet.`);

  const source = await findRuntimeSource({
    folder,
    root: packageFile('.'),
    runtime,
    from,
  });
  const words = id.split(/[._-]+/).filter(Boolean);
  const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);
  const name = words.map(capital).join('');
  const component = /^[A-Z]/.test(name) ? name : `Widget${name}`;
  // The template is a plugin itself, of these names.
  const names: Record<string, string> = {
    'my-plugin': id,
    MyWidget: component,
    'My Plugin': words.map(capital).join(' '),
    RUNTIME: JSON.stringify(source.spec).slice(1, -1),
  };
  const rename = (text: string) =>
    text.replace(/my-plugin|MyWidget|My Plugin|RUNTIME/g, (name) => names[name]!);

  const template = packageFile('src/cli/template');
  const entries = await readdir(template, { recursive: true, withFileTypes: true });
  const files = [...source.files];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = relative(template, join(entry.parentPath, entry.name));
    // npm leaves dotfiles of these names out of packages.
    const target = path.replace(/^(gitignore|npmrc)$/, '.$1').replace('MyWidget', component);
    await mkdir(dirname(join(folder, target)), { recursive: true });
    await writeFile(join(folder, target), rename(await readFile(join(template, path), 'utf8')));
    files.push(target);
  }
  const types = 'widget/nousviz_widget_types.d.ts';
  await copyFile(packageFile('types/nousviz_widget_types.d.ts'), join(folder, types));
  return { files: [...files, types].toSorted(), ...(source.note && { note: source.note }) };
}
