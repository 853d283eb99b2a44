import { decode as decodeVlq } from 'vlq';
import type { WidgetError } from '../contract/index.ts';
import { sourcePaths, type SourceNames } from './source-path.ts';

/** The place of an error in the author's source. */
export interface Located {
  /** The stack of the cause, with the author's files in place of those of the bundle. */
  stack: string;
  /** `widget/MyWidget.tsx:12:5` */
  at?: string;
  /** The line at that place and its neighbours, if the map contains the source. */
  frame?: string;
}

/** A position in a script: its URL, its line from 1 and its column from 1. */
const POSITION = /(https?:\/\/[^\s()]+?):(\d+):(\d+)/g;

/** A position in a source: its line from 1, its column from 0, and its text if the map contains it. */
interface Original {
  source: string;
  line: number;
  column: number;
  text: string | undefined;
}

/** Finds the position in a source for a line, from 1, and a column, from 0, of a script. */
type Trace = (line: number, column: number) => Original | undefined;

interface SourceMap extends SourceNames {
  sourcesContent?: (string | null)[];
  mappings: string;
}

/** A column of a script, and the index of its source, the line and the column there if it has one. All from 0. */
type Segment = [column: number, source?: number, line?: number, column?: number];

/** The segments of each line of a script. */
function decodeMappings(mappings: string): Segment[][] {
  let [source, line, column] = [0, 0, 0];
  return mappings.split(';').map((segments) => {
    let start = 0;
    return segments.split(',').flatMap((segment): Segment[] => {
      // Each number is the difference from the last one of its kind.
      const [toStart, toSource, toLine, toColumn] = decodeVlq(segment);
      if (toStart === undefined) return [];
      start += toStart;
      if (toSource === undefined) return [[start]];
      source += toSource;
      line += toLine!;
      column += toColumn!;
      return [[start, source, line, column]];
    });
  });
}

function createTrace(json: string, pathsOf: (map: SourceNames) => (string | undefined)[]): Trace {
  const map = JSON.parse(json) as SourceMap;
  const { sourcesContent, mappings } = map;
  const sources = pathsOf(map);
  const lines = decodeMappings(mappings);
  return (line, column) => {
    const segments = lines[line - 1]?.filter(([start]) => start <= column) ?? [];
    const [, index = -1, sourceLine = 0, sourceColumn = 0] = segments.at(-1) ?? [];
    const source = sources[index];
    if (!source) return undefined;
    const text = sourcesContent?.[index] ?? undefined;
    return { source, line: sourceLine + 1, column: sourceColumn, text };
  };
}

/** Decodes the map in a data URL. */
function decode(url: string): string {
  const [, isBase64, data = ''] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url) ?? [];
  if (!isBase64) return decodeURIComponent(data);
  return new TextDecoder().decode(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)));
}

/** The line at a position, marked, with its neighbours. */
function frameOf(text: string, line: number): string {
  const lines = text
    .split('\n')
    .map((one, index) => `${index + 1 === line ? '>' : ' '} ${index + 1} | ${one}`);
  return lines.slice(Math.max(0, line - 3), line + 2).join('\n');
}

/**
 * Resolves the stack of an error's cause.
 *
 * @param maps The maps that scripts name, by the URL of the script.
 * @param textOf Requests a URL.
 */
export async function resolveStack(
  { cause, name, message, details }: WidgetError,
  maps: ReadonlyMap<string, string | undefined>,
  textOf: (url: string) => Promise<string>,
): Promise<Located> {
  const traces = new Map<string, Trace>();
  for (const [script, map] of maps) {
    if (!map) continue;
    const text = map.startsWith('data:') ? decode(map) : await textOf(new URL(map, script).href);
    // Modules of `nousviz-widget dev` have paths in the plugin's folder, which are then those beside a bundle at its top.
    const file = /\/dev\/modules\//.test(script) ? '' : String(details.file ?? '');
    traces.set(
      script,
      createTrace(text, (names) => sourcePaths(names, file, String(details.pluginId ?? ''))),
    );
  }
  let at: string | undefined;
  let frame: string | undefined;
  const lines = (cause as Error).stack!.split('\n');
  const frames = lines.filter((one) => one.search(POSITION) >= 0);
  const resolved = frames.map((one) =>
    one.replace(POSITION, (whole, script: string, line: string, column: string) => {
      const trace = traces.get(script);
      // Stacks count columns from 1, maps from 0.
      const found = trace?.(Number(line), Number(column) - 1);
      if (!found) return whole;
      const place = `${found.source}:${found.line}:${found.column + 1}`;
      if (!at && !/\bnode_modules\//.test(place)) {
        at = place;
        frame = found.text ? frameOf(found.text, found.line) : undefined;
      }
      return place;
    }),
  );
  const stack = [`${name}: ${message}`, ...resolved].join('\n');
  return { stack, ...(at && { at }), ...(frame && { frame }) };
}
