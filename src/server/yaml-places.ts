import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, YAMLMap } from 'yaml';
import type { Path } from './yaml-values.ts';

/** A position in a text; both numbers count from 1. */
export interface YamlPosition {
  line: number;
  column: number;
}

/**
 * Finds the position of a value in a YAML document. For a missing value it returns the position of the innermost existing parent.
 *
 * @param path `panels[2].component`, or its keys; the empty path is the whole document.
 * @param isKey Whether to return the position of the key, not of its value.
 */
export type PlaceOf = (path: string | Path, isKey?: boolean) => YamlPosition;

const keysOf = (path: string | Path): Path =>
  typeof path === 'string' ? (path.match(/[^.[\]]+/g) ?? []) : path;

/**
 * Creates a function that finds positions in a YAML document.
 *
 * @param text a document that `parseYaml` accepts, which limits its size.
 */
export function placesIn(text: string): PlaceOf {
  const lines = new LineCounter();
  let document: Document.Parsed | undefined;
  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(document!) : node);

  /** Returns the pair of a key, also one that `<<` merges into the mapping. */
  function pairOf(map: YAMLMap<unknown, unknown>, key: string): { key: unknown; value: unknown } | undefined {
    const own = map.items.find((one) => isScalar(one.key) && String(one.key.value) === key);
    if (own) return own;
    const merged = map.items.filter((one) => isScalar(one.key) && String(one.key.value) === '<<');
    for (const { value } of merged) {
      const source = resolve(value);
      for (const one of isSeq(source) ? source.items.map(resolve) : [source]) {
        const found = isMap(one) ? pairOf(one, key) : undefined;
        if (found) return found;
      }
    }
    return undefined;
  }

  return (path, isKey = false) => {
    document ??= parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: false,
      logLevel: 'silent',
    });
    let node: unknown = document.contents;
    let offset = document.contents?.range[0] ?? 0;
    const keys = keysOf(path);
    for (const [index, key] of keys.entries()) {
      node = resolve(node);
      const pair = isMap(node) ? pairOf(node, String(key)) : undefined;
      const isLast = index === keys.length - 1;
      const inMap = isKey && isLast ? pair?.key : (pair?.value ?? pair?.key);
      const next = isSeq(node) ? node.items[Number(key)] : inMap;
      if (!next) break;
      offset = (next as Node).range?.[0] ?? offset;
      node = next;
    }
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}
