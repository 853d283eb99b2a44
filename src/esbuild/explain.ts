import { join } from 'node:path';
import type { Message, PartialMessage } from 'esbuild';
import { buildMessage, isPackage, unresolvedMessage } from '../bundling/index.ts';

/** The remedies for esbuild's own errors about the imports of the author's files. */
export const explainErrors = (errors: readonly Message[], folder: string): PartialMessage[] =>
  errors.flatMap(({ text, location, pluginName }) => {
    if (!location || pluginName || isPackage(join(folder, location.file))) return [];
    const [, path] = /^Could not resolve "([^"]*)"/.exec(text) ?? [];
    if (path) return [{ text: unresolvedMessage(path, join(folder, location.file), folder), location }];
    if (!text.startsWith('No loader is configured for ')) return [];
    const specifier = location.lineText.slice(location.column + 1, location.column + location.length - 1);
    const file = `${location.file}:${location.line}`;
    return [{ text: buildMessage('UNKNOWN_FILE', { file, specifier }), location }];
  });
