import { join } from 'node:path';
import type { Message, PartialMessage } from 'esbuild';
import { buildMessage, isForWebpack, isPackage, packageOf, unresolvedMessage } from '../bundling/index.ts';

/** The remedies for esbuild's own errors about the imports of the author's files, and about packages that other packages import. */
export const explainErrors = (errors: readonly Message[], folder: string): PartialMessage[] =>
  errors.flatMap(({ text, location, pluginName }) => {
    if (!location || pluginName) return [];
    const importer = join(folder, location.file);
    const [, found, path = found] =
      /^Could not resolve "([^"]*)"(?: \(originally "([^"]*)"\))?/.exec(text) ?? [];
    // An author can install a package, and cannot change one.
    if (isPackage(importer) && !(path && (packageOf(path) ?? isForWebpack(path)))) return [];
    if (path) return [{ text: unresolvedMessage(path, importer, folder), location }];
    if (!text.startsWith('No loader is configured for ')) return [];
    const specifier = location.lineText.slice(location.column + 1, location.column + location.length - 1);
    const file = `${location.file}:${location.line}`;
    return [{ text: buildMessage('UNKNOWN_FILE', { file, specifier }), location }];
  });
