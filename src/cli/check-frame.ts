import { readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { posix } from 'node:path';
import { FRAME_LIMITS, readFrameUses, splitSourceMap } from '../bundling/index.ts';
import { innerFile } from '../server/tools.ts';

/** What does not work if a host runs the plugin sandboxed. */
export interface FrameNote {
  /** Relative to the plugin's folder. The author's file if the bundle has a source map. */
  file: string;
  /** Counts from 1, like `column`. */
  line: number;
  column: number;
  /** What the code uses: `localStorage`. */
  name: string;
  /** Why it does not work. */
  message: string;
}

/** Reads the source map of a bundle, in the bundle or beside it; `undefined` if there is none that can be used. */
async function readMap(folder: string, file: string, text: string): Promise<SourceMap | undefined> {
  const [, comment] = splitSourceMap(text);
  const url = comment.slice(comment.indexOf('=') + 1).trim();
  if (!url) return undefined;
  try {
    const path = url.startsWith('data:') ? undefined : await innerFile(folder, `${file}.map`);
    if (!path && !url.startsWith('data:')) return undefined;
    const json = path ? await readFile(path, 'utf8') : await (await fetch(url)).text();
    return new SourceMap(JSON.parse(json) as SourceMapPayload);
  } catch {
    // Another problem of the check.
    return undefined;
  }
}

/** The position in the author's file, if that is in the plugin's folder. */
function authorsPlace(map: SourceMap | undefined, file: string, line: number, column: number) {
  const entry = map?.findEntry(line - 1, column - 1);
  if (!entry || !('originalSource' in entry)) return undefined;
  const path = posix.join(posix.dirname(file), entry.originalSource);
  if (path.startsWith('../') || path.includes('node_modules/')) return undefined;
  return { file: path, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** Finds what a bundle uses that a sandboxed frame lacks. */
export async function checkFrame(
  { id, folder }: { id: string; folder: string },
  file: string,
  text: string,
): Promise<FrameNote[]> {
  const uses = readFrameUses(text, id);
  const map = uses.length > 0 ? await readMap(folder, file, text) : undefined;
  return uses.map(({ limit, name, line, column }) => ({
    ...(authorsPlace(map, file, line, column) ?? { file, line, column }),
    name,
    message: `${FRAME_LIMITS[limit]}.`,
  }));
}

/** Formats the notes as one block; `[]` if there are none. */
export const formatNotes = (notes: readonly FrameNote[]): string[] =>
  notes.length === 0
    ? []
    : [
        '',
        'In a sandboxed frame, some uses do not work. "nousviz-widget dev --sandbox" shows the widget in one.',
        ...notes.map(
          ({ file, line, column, name, message }) => `  ${file}:${line}:${column}: ${name}: ${message}`,
        ),
      ];
