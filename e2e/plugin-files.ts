import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The files of a plugin by path, for example `widget/dist/Chart.js`. The folder's name is the plugin's id. */
export type Files = Record<string, string>;

const componentsOf = (files: Files) =>
  Object.keys(files)
    .filter((path) => path.endsWith('.js'))
    .map((path) => `    - { name: ${path.replace(/^.*\/|\.js$/g, '')}, path: ${path} }\n`)
    .join('');

/** Writes a plugin's files into a plugins folder, and a manifest for its components unless the files contain one. */
export async function installPlugin(plugins: string, id: string, files: Files): Promise<void> {
  const manifest = `id: ${id}\nversion: 1.0.0\nfrontend:\n  components:\n${componentsOf(files)}`;
  for (const [path, text] of Object.entries({ 'plugin.yaml': manifest, ...files })) {
    await mkdir(dirname(join(plugins, id, path)), { recursive: true });
    await writeFile(join(plugins, id, path), text);
  }
}

/** The YAML of a dashboard with custom panels. */
export const dashboard = (...components: string[]) =>
  `panels:\n${components.map((name) => `  - { type: custom, component: "${name}" }\n`).join('')}`;
