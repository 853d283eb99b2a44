import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildMessage } from './build-messages.ts';
import { lineOf } from './line-of.ts';
import { readText } from './read-text.ts';

/** The name of a package, as registries accept it, at the start of a specifier. */
const PACKAGE = /^(?:@[a-z\d][\w.-]*\/)?[a-z\d][\w.-]*(?=$|\/)/i;

/** The name of the package that a bare specifier begins with; `undefined` for a path, a URL and an alias such as `@/parts`. */
export const packageOf = (specifier: string): string | undefined =>
  specifier.includes(':') ? undefined : PACKAGE.exec(specifier)?.[0];

/** Whether a specifier names loaders of webpack before a file: `raw-loader!./notes.txt`. */
export const isForWebpack = (specifier: string) => /^[^./][^!]*!|^!/.test(specifier);

/** The folder of a package in a folder `node_modules` beside or above a file, if it is installed. */
export function installedFolder(name: string, importer: string): string | undefined {
  const own = dirname(importer);
  const key = `${own}\0${name}`;
  const known = found.get(key);
  if (known) return known;
  for (let folder = own; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (existsSync(place)) {
      found.set(key, place);
      return place;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

/** Whether a folder `node_modules` beside or above a file has a package. */
export const isInstalled = (name: string, importer: string): boolean =>
  installedFolder(name, importer) !== undefined;

/** The folders of packages, as files in other folders find them. A missing package may be installed while a process watches. */
const found = new Map<string, string>();

/**
 * The message for an import that leads to no module.
 *
 * @param imported The specifier, to which the build may have added a query.
 * @param importer The absolute path of the importing file.
 * @param folder The folder that paths in messages are relative to.
 */
export function unresolvedMessage(imported: string, importer: string, folder: string): string {
  if (isForWebpack(imported))
    return buildMessage('WEBPACK_IMPORT', { file: placeOf(imported, importer, folder), specifier: imported });
  const [bare = ''] = imported.split('?');
  // The build adds a query to the path in `new URL(path, import.meta.url)`.
  const specifier = lineOf(readText(importer), imported) ? imported : bare;
  const file = placeOf(specifier, importer, folder);
  const name = packageOf(specifier);
  if (!name) return buildMessage('NO_SUCH_MODULE', { file, specifier });
  return isInstalled(name, importer)
    ? buildMessage('NOT_EXPORTED', { file, specifier, package: name })
    : buildMessage('NOT_INSTALLED', { file, specifier, package: name });
}

/** The file that imports a specifier and the line of the import, as in `widget/Chart.tsx:3`. */
export function placeOf(specifier: string, importer: string, folder: string): string {
  const [path = ''] = importer.split('?');
  const line = lineOf(readText(path), specifier);
  return relative(folder, path) + (line ? `:${line}` : '');
}
