import { readFile, stat } from 'node:fs/promises';
import {
  Composer,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
} from 'yaml';
import type { CST, Document, Node, Pair } from 'yaml';
import { DEPTH, isWidgetError, messageOf, type BrokenRule, type Rule } from '../contract/index.ts';
import { createError, quote } from '../contract/words.ts';
import { toPlainData, type LostValue, type Path } from './yaml-values.ts';

/** The limits of one YAML file (CONTRACT D5). */
export const YAML_LIMITS = {
  /** The size of the file, in bytes. */
  bytes: 2 ** 20,
  /** The levels of nesting, with aliases expanded. */
  depth: DEPTH,
  /** The number of lexical tokens. */
  tokens: 200_000,
  /** The number of aliases, `*name`. */
  aliases: 1000,
  /** The size with aliases expanded: characters, plus 16 for every node. */
  expanded: 2 ** 22,
};

/** The file that a YAML source comes from, for messages. */
export interface YamlFile {
  pluginId: string;
  /** Relative to the plugin's folder. */
  file: string;
}

type Refuse = (offset: number | undefined, message: string) => never;

/** Shortens a message that quotes the file: the message of a manifest is in the list. */
const shorten = (message: string) => (message.length > 200 ? `${message.slice(0, 200)}…` : message);

function refuseFor({ pluginId, file }: YamlFile, lines = new LineCounter()): Refuse {
  return (offset, message) => {
    const { line, col } = lines.linePos(offset ?? 0);
    const place = offset === undefined ? file : `${file}:${line}:${col}`;
    throw createError('YAML_INVALID', { pluginId, file, place, message: `${shorten(message)}.` });
  };
}

/** Reads the tokens, and refuses too many or too deep ones before they are composed: the composer is recursive, and partly quadratic. */
function readTokens(text: string, lines: LineCounter, refuse: Refuse): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let count = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') refuse(token.offset, token.message);
      tokens.push(token);
    }
    count += 1;
    if (count > YAML_LIMITS.tokens)
      refuse(parser.offset, `more than ${YAML_LIMITS.tokens} tokens are too many`);
    // The stack also contains the document and a scalar that is not complete.
    if (parser.stack.length > YAML_LIMITS.depth + 3)
      refuse(parser.offset, `nested deeper than ${YAML_LIMITS.depth} levels`);
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function compose(text: string, lines: LineCounter, refuse: Refuse): Document.Parsed {
  const composer = new Composer({
    // Set explicitly, so that a `%YAML 1.1` line does not turn `no` into false.
    schema: 'core',
    merge: true,
    resolveKnownTags: false,
    stringKeys: true,
    // Quadratic in the composer; checkTree checks it instead.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  let error: { offset: number | undefined; message: string } | undefined;
  // The composer collects all errors, one for each comma in a list of commas. This stops at the first one.
  Object.assign(composer, {
    onError: (source: number | number[] | CST.Token, code: string, message: string, isWarning?: boolean) => {
      // Keys that are no strings are among the lost values.
      if (isWarning || code === 'NON_STRING_KEY') return;
      const offset = typeof source === 'number' ? source : Array.isArray(source) ? source[0] : source.offset;
      // The composer catches errors in a collection and reports them again, so the first one is stored.
      error ??= { offset, message };
      refuse(error.offset, error.message);
    },
  });
  let first: Document.Parsed | undefined;
  for (const document of composer.compose(readTokens(text, lines, refuse), true, text.length)) {
    const [other] = document.errors;
    if (other) refuse(other.pos[0], other.message);
    if (first) refuse(document.range[0], 'a second document begins; one file holds one');
    first = document;
  }
  return first!;
}

const offsetOf = (node: unknown) => (node as Node | null)?.range?.[0] ?? 0;

/** The extent of a node with its aliases expanded. */
interface Extent {
  size: number;
  /** The levels of collections, including its own. */
  height: number;
  /** Whether `<<` can merge it: a mapping, or a list of mappings. */
  merges: 'mapping' | 'list' | undefined;
}

/** Refuses unknown, circular or excessive aliases, and merges of other values than mappings, in linear time. */
function checkTree(root: Node | null, refuse: Refuse): void {
  const anchors = new Map<string, Extent | 'open'>();
  let aliases = 0;

  function visitAlias(name: string, offset: number): Extent {
    const extent = anchors.get(name);
    aliases += 1;
    if (aliases > YAML_LIMITS.aliases)
      refuse(offset, `more than ${YAML_LIMITS.aliases} aliases are too many`);
    if (extent === undefined) return refuse(offset, `*${name} has no anchor &${name} before it`);
    if (extent === 'open') return refuse(offset, `*${name} contains itself`);
    return extent;
  }

  function visitPair(pair: Pair, depth: number): Extent {
    const isMerge = isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.value === '<<';
    const { size } = visit(pair.key, depth);
    const value = visit(pair.value, depth);
    if (isMerge && !value.merges) refuse(offsetOf(pair.key), '<< needs a mapping or a list of mappings');
    return { ...value, size: size + value.size };
  }

  function visitNode(node: unknown, depth: number): Extent {
    if (isAlias(node)) return visitAlias(node.source, offsetOf(node));
    if (!isCollection(node)) {
      const length = isScalar(node) && typeof node.value === 'string' ? node.value.length : 0;
      return { size: 16 + length, height: 0, merges: undefined };
    }
    const parts = node.items.map((item) =>
      isPair(item) ? visitPair(item, depth + 1) : visit(item, depth + 1),
    );
    const isList = isSeq(node) && parts.every(({ merges }) => merges === 'mapping');
    return {
      size: parts.reduce((sum, { size }) => sum + size, 16),
      height: parts.reduce((max, { height }) => Math.max(max, height), 0) + 1,
      merges: isMap(node) ? 'mapping' : isList ? 'list' : undefined,
    };
  }

  function visit(node: unknown, depth: number): Extent {
    const anchor = isScalar(node) || isCollection(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, 'open');
    const extent = visitNode(node, depth);
    if (depth + extent.height > YAML_LIMITS.depth)
      refuse(offsetOf(node), `nested deeper than ${YAML_LIMITS.depth} levels`);
    if (extent.size > YAML_LIMITS.expanded) refuse(offsetOf(node), 'too large with its aliases expanded');
    if (anchor !== undefined) anchors.set(anchor, extent);
    return extent;
  }
  visit(root, 0);
}

const checkSize = (bytes: number, refuse: Refuse) => {
  if (bytes > YAML_LIMITS.bytes)
    refuse(undefined, `${bytes} bytes are too many, ${YAML_LIMITS.bytes} are allowed`);
};

/** A value that JSON cannot carry as the file has it (CONTRACT D5). */
export interface UncarriedValue extends BrokenRule {
  path: Path;
  written: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** How a YAML file is read. */
export interface YamlOptions {
  /** Whether the field at a path is text, which arrives as the file spells it: `1.10` is "1.10". @default no field */
  isText?(path: Path): boolean;
  /**
   * Called for each value that JSON cannot carry as the file has it. Where it returns `false`, a repeated key, or one that is no
   * string, is refused.
   * @default returns `false`
   */
  report?(value: UncarriedValue): boolean;
}

/** Writes a path as messages have it, `panels[2].config`. */
export const spellPath = (path: Path) =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');

const KEY_FACTS: Partial<Record<Rule, string>> = {
  unique: 'is repeated',
  key: 'must be a string; all keys must be strings',
};

/**
 * Reads YAML 1.2 (core schema, merge keys, every key a string) in bounded time and space (CONTRACT D5).
 *
 * @returns Plain data; `null` for an empty file.
 * @throws {WidgetError} `YAML_INVALID`, naming plugin, file, line and column.
 */
export function parseYaml(text: string, file: YamlFile, options: YamlOptions = {}): unknown {
  checkSize(Buffer.byteLength(text), refuseFor(file));
  const lines = new LineCounter();
  const refuse = refuseFor(file, lines);
  const document = compose(text, lines, refuse);
  checkTree(document.contents, refuse);

  function report({ path, offset, written, rule }: LostValue) {
    const { line, col: column } = lines.linePos(offset);
    const place = `${file.file}:${line}:${column}, ${spellPath(path)}`;
    const value = { path, place, value: null, written: shorten(written), rule, line, column };
    const fact = KEY_FACTS[rule];
    if (!options.report?.(value) && fact) refuse(offset, `the key ${quote(written)} ${fact}`);
  }
  try {
    return toPlainData(document, text, { ...options, report });
  } catch (thrown) {
    if (isWidgetError(thrown)) throw thrown;
    return refuse(undefined, messageOf(thrown));
  }
}

/**
 * Reads a YAML file, and checks its size before it reads the content (CONTRACT D5).
 *
 * @param path The absolute path of the file.
 * @throws {WidgetError} `YAML_INVALID`, naming plugin, file, line and column.
 */
export async function readYaml(path: string, file: YamlFile, options?: YamlOptions): Promise<unknown> {
  const refuse = refuseFor(file);
  checkSize((await stat(path)).size, refuse);
  const bytes = await readFile(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(undefined, 'the file is not UTF-8 text');
  }
  return parseYaml(text, file, options);
}
