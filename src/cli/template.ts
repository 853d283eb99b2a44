import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFile } from '../server/tools.ts';

/** The texts of a template's files, by their paths in the template. */
export type Files = Readonly<Record<string, string>>;

/** The path in a plugin of the types that authors copy. */
export const TYPES = 'widget/nousviz_widget_types.d.ts';

/** Reads the files of the template, with the types that authors copy. */
export async function readTemplate(): Promise<Files> {
  const folder = packageFile('src/cli/template');
  const files: Record<string, string> = {};
  for (const path of (await readdir(folder, { recursive: true })).toSorted()) {
    const file = join(folder, path);
    if ((await stat(file)).isFile()) files[path.replaceAll('\\', '/')] = await readFile(file, 'utf8');
  }
  return { ...files, [TYPES]: await readFile(packageFile('types/nousviz_widget_types.d.ts'), 'utf8') };
}

const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);

/**
 * Makes the functions that turn the template, which is a working plugin, into the plugin of an id.
 *
 * @param id The plugin's id.
 * @param runtime The source of this library, as an npm spec.
 */
export function templateFor(id: string, runtime: string) {
  const parts = id.split(/[._-]+/).filter(Boolean);
  const name = parts.map(capital).join('');
  const component = /^[A-Z]/.test(name) ? name : `Widget${name}`;
  const replacements: Record<string, string> = {
    'my-plugin': id,
    MyWidget: component,
    'My Plugin': parts.map(capital).join(' '),
    RUNTIME: JSON.stringify(runtime).slice(1, -1),
  };
  return {
    /** Puts the plugin's names into a text. */
    rename: (text: string) =>
      text.replace(/my-plugin|MyWidget|My Plugin|RUNTIME/g, (placeholder) => replacements[placeholder]!),
    /** Returns the path of a file in the plugin. npm does not pack files named .gitignore and .npmrc. */
    pathOf: (path: string) => path.replace(/^(gitignore|npmrc)$/, '.$1').replace('MyWidget', component),
  };
}
