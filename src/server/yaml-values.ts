import { isCollection, isMap, isPair, isScalar, Pair, Scalar, visit } from 'yaml';
import type { Document, Node, YAMLMap, YAMLSeq } from 'yaml';
import type { Rule } from '../contract/index.ts';

/** The keys and indexes that lead to a value. */
export type Path = readonly (string | number)[];

/** A value of a YAML file that JSON cannot carry as it was written. */
export interface LostValue {
  path: Path;
  /** From 0, in the file's text. */
  offset: number;
  /** The value, tag or key as the file spells it. */
  written: string;
  rule: Rule;
}

/** Stands for a value until its path is known. */
class Mark {
  readonly written: string;
  readonly offset: number;
  /** The rule that the value breaks; absent for a value that only text fields read in another way. */
  readonly rule: Rule | undefined;
  readonly value: unknown;
  constructor(written: string, { range }: Node, rule: Rule | undefined, value: unknown) {
    this.written = written;
    this.offset = range?.[0] ?? 0;
    this.rule = rule;
    this.value = value;
  }
}

/** Stands in a collection for a rule that the collection itself breaks. */
class CollectionMark extends Mark {}

/** The significant digits of a decimal number, and their exponent. */
function digitsOf(decimal: string): string {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^[-+]?(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(decimal) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  return short && `${short}e${Number(exponent) - fraction.length + digits.length - short.length}`;
}

/** The rule that a number breaks: JSON and JavaScript have doubles only. */
function ruleOfNumber(value: number, written: string): Rule | undefined {
  if (!Number.isFinite(value)) return 'finite';
  if (Object.is(value, -0)) return 'exact';
  if (/^[-+]?0\d/.test(written)) return 'leadingZero';
  const isExact = /^0[ox]/.test(written)
    ? BigInt(written) === BigInt(value)
    : digitsOf(written) === digitsOf(String(value));
  return isExact ? undefined : 'exact';
}

const CORE = 'tag:yaml.org,2002:';

/** Whether the parser understood a node's tag. It reads a scalar with another tag as text, and a collection as if it had none. */
function isTagKnown(node: Scalar | YAMLMap | YAMLSeq): boolean {
  const { tag } = node;
  if (tag === undefined || tag === '!' || tag === `${CORE}str`) return true;
  if (isCollection(node)) return tag === CORE + (isMap(node) ? 'map' : 'seq');
  return tag.startsWith(CORE) && typeof node.value !== 'string';
}

const spellingOf = (tag: string) => (tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag);

function markOfScalar(node: Scalar): Mark | undefined {
  const { value, source = '' } = node;
  if (!isTagKnown(node)) return new Mark(`${spellingOf(node.tag!)} ${source}`, node, 'tag', value);
  if (typeof value === 'boolean') return new Mark(source, node, undefined, value);
  if (typeof value !== 'number') return undefined;
  const rule = ruleOfNumber(value, source);
  return rule || source !== String(value) ? new Mark(source, node, rule, value) : undefined;
}

/** The rules that a collection breaks, except those that its values break. */
function marksOfCollection(node: YAMLMap | YAMLSeq, text: string): Mark[] {
  const marks: Mark[] = [];
  const add = (written: string, at: Node, rule: Rule) =>
    marks.push(new CollectionMark(written, at, rule, null));
  if (!isTagKnown(node)) add(spellingOf(node.tag!), node, 'tag');
  const keys = new Set<unknown>();
  for (const { key } of isMap(node) ? node.items : node.items.filter((item) => isPair(item))) {
    if (isScalar(key) && typeof key.value === 'string' && isTagKnown(key)) {
      const isMerge = key.type === 'PLAIN' && key.value === '<<';
      if (keys.has(key.value) && !isMerge) add(key.value, key, 'unique');
      keys.add(key.value);
    } else {
      const at = (key ?? node) as Node;
      add(text.slice(at.range?.[0] ?? 0, at.range?.[1] ?? 0), at, 'key');
    }
  }
  return marks;
}

/** Replaces values of a document that JSON, or a field of text, cannot take over as they are. */
function markValues(document: Document.Parsed, text: string): boolean {
  let hasMarks = false;
  visit(document, {
    Scalar(place, node) {
      const mark = place === 'key' || node.value instanceof Mark ? undefined : markOfScalar(node);
      if (!mark) return;
      hasMarks = true;
      node.value = mark;
    },
    Collection(_, node) {
      for (const mark of marksOfCollection(node, text)) {
        hasMarks = true;
        // As an item, so that aliases and merges of the collection have it too.
        const item = new Scalar(mark);
        if (isMap(node)) node.items.push(new Pair(new Scalar('\0'), item));
        else node.items.push(item);
      }
    },
  });
  return hasMarks;
}

/** How {@link toPlainData} converts values that JSON cannot carry. */
export interface ValueOptions {
  /** Whether the field at a path is text, so that `1.10` is "1.10" and `true` is "true". */
  isText?(path: Path): boolean;
  /** Called for each value that JSON cannot carry. */
  report(lost: LostValue): void;
}

function resolve(value: unknown, path: Path, options: ValueOptions): unknown {
  if (value instanceof Mark) {
    const { written, offset, rule } = value;
    const isCollections = value instanceof CollectionMark;
    if (!isCollections && rule !== 'tag' && options.isText?.(path)) return written;
    if (rule) options.report({ path: isCollections ? path.slice(0, -1) : path, offset, written, rule });
    return value.value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const resolved = resolve(item, [...path, Array.isArray(value) ? Number(key) : key], options);
    return item instanceof CollectionMark ? [] : [[key, resolved]];
  });
  return Array.isArray(value) ? inner.map(([, item]) => item) : Object.fromEntries(inner);
}

/** Converts a document to plain data, and reports each value that JSON cannot carry as it was written. */
export function toPlainData(document: Document.Parsed, text: string, options: ValueOptions): unknown {
  const hasMarks = markValues(document, text);
  // The library's own count of aliases is quadratic; the caller has limited them.
  const data: unknown = document.toJS({ maxAliasCount: -1 });
  return hasMarks ? resolve(data, [], options) : data;
}
