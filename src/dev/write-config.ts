import { isMap, isScalar, isSeq, parseDocument, stringify, type Pair, type YAMLMap } from 'yaml';
import type { ConfigSchema } from '../config/index.ts';

/** Marks a schema that a build has written, which the next build may replace or remove. */
const NOTE = '# nousviz-widget build writes this from the export "config" of the widget';

type Map = YAMLMap<unknown, unknown>;

function componentIn(text: string, name: string): Map | undefined {
  const components: unknown = parseDocument(text, { logLevel: 'silent' }).getIn(
    ['frontend', 'components'],
    true,
  );
  if (!isSeq(components)) return undefined;
  return components.items.find((item): item is Map => isMap(item) && item.get('name') === name);
}

const rangeOf = (node: unknown) => (node as { range?: [number, number, number] | null } | null)?.range;

/** The text range of a pair, from its key to the last character of its value. */
function rangeOfPair(text: string, { key, value }: Pair<unknown, unknown>): [number, number] {
  const [start, end] = rangeOf(key)!;
  const last = Math.max(end, rangeOf(value)?.[1] ?? end);
  return [start, start + text.slice(start, last).trimEnd().length];
}

/** The column of a position, from 0. */
const columnOf = (text: string, offset: number) => offset - (text.lastIndexOf('\n', offset - 1) + 1);

/**
 * Writes the schema of a component into the text of a manifest, and leaves every other character as it is.
 *
 * @param schema `undefined` if the widget exports none: a schema that a build has written is removed, and one of the author stays.
 */
export function withConfig(text: string, name: string, schema: ConfigSchema | undefined): string {
  const component = componentIn(text, name);
  if (!component) return text;
  const pair = component.items.find((one) => isScalar(one.key) && one.key.value === 'config');
  const range = pair && rangeOfPair(text, pair);
  if (!schema) {
    if (!range || !text.slice(...range).includes(NOTE)) return text;
    return text.slice(0, range[0]).trimEnd() + text.slice(range[1]);
  }
  if (component.flow) {
    const flow = `config: ${JSON.stringify(schema)}`;
    if (range) return text.slice(0, range[0]) + flow + text.slice(range[1]);
    const [, last] = rangeOfPair(text, component.items.at(-1)!);
    return `${text.slice(0, last)}, ${flow}${text.slice(last)}`;
  }
  const indent = ' '.repeat(columnOf(text, rangeOf(component.items[0]!.key)![0]));
  const lines = stringify(schema, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split('\n');
  const block = `config: ${NOTE}\n${lines.map((line) => (line ? `${indent}  ${line}` : line)).join('\n')}`;
  if (range) return text.slice(0, range[0]) + block + text.slice(range[1]);
  const [, last] = rangeOfPair(text, component.items.at(-1)!);
  const [line = ''] = /^[^\n]*/.exec(text.slice(last))!;
  return `${text.slice(0, last)}${line}\n${indent}${block}${text.slice(last + line.length)}`;
}
