import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classNamesIn, type ClassName } from '../bundling/index.ts';
import { importVite } from './build-widget.ts';
import type { PluginFolder } from './plugin-folder.ts';
import { listSources } from './sources.ts';

/** A source of a plugin's widgets, and the words in its strings, among which are the class names. */
export interface ClassSource {
  /** Relative to the plugin's folder. */
  file: string;
  text: string;
  names: ClassName[];
}

/** Reads the class names of all widgets. Sources that cannot be parsed are left out, since the build reports them. */
export async function readOwnClasses({ folder, components }: PluginFolder): Promise<ClassSource[]> {
  const { parseSync } = await importVite(folder);
  const lists = await Promise.all(
    components.map(async (component) => {
      const bundle = await readFile(join(folder, component.path), 'utf8').catch(() => '');
      return listSources(folder, bundle, component, components);
    }),
  );
  const files = [...new Set(lists.flat())].filter((file) => /\.[cm]?[jt]sx?$/.test(file));
  const sources = await Promise.all(
    files.toSorted().map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8').catch(() => '');
      const { program, errors } = parseSync(file, text);
      return { file, text, names: errors.length > 0 ? [] : classNamesIn(program) };
    }),
  );
  return sources.filter(({ names }) => names.length > 0);
}
