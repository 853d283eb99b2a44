import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { Position } from '../bundling/index.ts';

/**
 * Creates a function that finds the position of a value in a YAML document. For a missing value it returns the position of the
 * innermost existing parent. A path looks like `panels[2].component`; the empty path is the whole document.
 *
 * @param text a document that `parseYaml` accepts, which limits its size.
 */
export function placesIn(text: string): (path: string) => Position {
  const lines = new LineCounter();
  let document: Document.Parsed | undefined;
  return (path) => {
    document ??= parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' });
    let node: unknown = document.contents;
    let offset = document.contents?.range[0] ?? 0;
    for (const key of path.match(/[^.[\]]+/g) ?? []) {
      if (isAlias(node)) node = node.resolve(document);
      const pair = isMap(node)
        ? node.items.find((one) => isScalar(one.key) && String(one.key.value) === key)
        : undefined;
      const next: unknown = isSeq(node) ? node.items[Number(key)] : (pair?.value ?? pair?.key);
      if (!next) break;
      offset = (next as { range?: [number] | null }).range?.[0] ?? offset;
      node = next;
    }
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}
