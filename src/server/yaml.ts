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
import { DEPTH, messageOf } from '../contract/index.ts';
import { createError, quote } from '../contract/words.ts';

/** How much one YAML file may ask of the server (CONTRACT D5). */
export const YAML_LIMITS = {
  /** Bytes of the file. */
  bytes: 2 ** 20,
  /** Levels of nesting, aliases followed. */
  depth: DEPTH,
  /** Lexical tokens. */
  tokens: 200_000,
  /** Aliases, `*name`. */
  aliases: 1000,
  /** Characters, and 16 for every node, once each alias is replaced by what it stands for. */
  expanded: 2 ** 22,
};

/** Which file a text is from. */
export interface YamlFile {
  pluginId: string;
  /** Relative to the plugin's folder, as its author knows it. */
  file: string;
}

type Refuse = (offset: number | undefined, message: string) => never;

/** A message may quote the file, and the list has the message of a manifest. */
const shorten = (message: string) => (message.length > 200 ? `${message.slice(0, 200)}…` : message);

function refuseFor({ pluginId, file }: YamlFile, lines = new LineCounter()): Refuse {
  return (offset, message) => {
    const { line, col } = lines.linePos(offset ?? 0);
    const place = offset === undefined ? file : `${file}:${line}:${col}`;
    throw createError('YAML_INVALID', { pluginId, file, place, message: `${shorten(message)}.` });
  };
}

/** The syntax, refused while it is read: what composes it is recursive, and quadratic in places. */
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
    // The stack also holds the document and a scalar that is being read.
    if (parser.stack.length > YAML_LIMITS.depth + 3)
      refuse(parser.offset, `nested deeper than ${YAML_LIMITS.depth} levels`);
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function compose(text: string, lines: LineCounter, refuse: Refuse): Document.Parsed {
  const composer = new Composer({
    // Written out, so that a `%YAML 1.1` line does not turn `no` into false.
    schema: 'core',
    merge: true,
    resolveKnownTags: false,
    stringKeys: true,
    // Quadratic in the composer; checkTree does it.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  let error: { offset: number | undefined; message: string } | undefined;
  // A list of nothing but commas is an error for each. Without this the first one is reported all the same.
  Object.assign(composer, {
    onError: (source: number | number[] | CST.Token, _: string, message: string, isWarning?: boolean) => {
      if (isWarning) return;
      const offset = typeof source === 'number' ? source : Array.isArray(source) ? source[0] : source.offset;
      // The composer catches what is thrown in a collection, and reports that.
      error ??= { offset, message };
      refuse(error.offset, error.message);
    },
  });
  let first: Document.Parsed | undefined;
  for (const document of composer.compose(readTokens(text, lines, refuse), true, text.length)) {
    const [missed] = document.errors;
    if (missed) refuse(missed.pos[0], missed.message);
    if (first) refuse(document.range[0], 'a second document begins; one file holds one');
    first = document;
  }
  return first!;
}

const at = (node: unknown) => (node as Node | null)?.range?.[0] ?? 0;

/** What a node comes to once its aliases are followed. */
interface Extent {
  size: number;
  /** Levels of collections, its own included. */
  height: number;
  /** Whether `<<` can take it: a mapping, or a list of mappings. */
  merges: 'mapping' | 'list' | undefined;
}

/** Refuses double keys and unknown, endless or excessive aliases, in time linear in the file. */
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

  function visitPair(pair: Pair, keys: Set<unknown>, depth: number): Extent {
    const key = isScalar(pair.key) ? pair.key.value : pair.key;
    const isMerge = isScalar(pair.key) && pair.key.type === 'PLAIN' && key === '<<';
    if (keys.has(key) && !isMerge) refuse(at(pair.key), `the key ${quote(key)} is there twice`);
    keys.add(key);
    const { size } = visit(pair.key, depth);
    const value = visit(pair.value, depth);
    if (isMerge && !value.merges) refuse(at(pair.key), '<< takes a mapping or a list of mappings');
    return { ...value, size: size + value.size };
  }

  function visitNode(node: unknown, depth: number): Extent {
    if (isAlias(node)) return visitAlias(node.source, at(node));
    if (!isCollection(node)) {
      const length = isScalar(node) && typeof node.value === 'string' ? node.value.length : 0;
      return { size: 16 + length, height: 0, merges: undefined };
    }
    const keys = new Set<unknown>();
    const parts = node.items.map((item) =>
      isPair(item) ? visitPair(item, keys, depth + 1) : visit(item, depth + 1),
    );
    const isList = isSeq(node) && parts.every(({ merges }) => merges === 'mapping');
    return {
      size: parts.reduce((sum, { size }) => sum + size, 16),
      height: parts.reduce((most, { height }) => Math.max(most, height), 0) + 1,
      merges: isMap(node) ? 'mapping' : isList ? 'list' : undefined,
    };
  }

  function visit(node: unknown, depth: number): Extent {
    const anchor = isScalar(node) || isCollection(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, 'open');
    const extent = visitNode(node, depth);
    if (depth + extent.height > YAML_LIMITS.depth)
      refuse(at(node), `nested deeper than ${YAML_LIMITS.depth} levels`);
    if (extent.size > YAML_LIMITS.expanded) refuse(at(node), 'too large once its aliases are followed');
    if (anchor !== undefined) anchors.set(anchor, extent);
    return extent;
  }
  visit(root, 0);
}

const checkSize = (bytes: number, refuse: Refuse) => {
  if (bytes > YAML_LIMITS.bytes)
    refuse(undefined, `${bytes} bytes are too many, ${YAML_LIMITS.bytes} are allowed`);
};

/**
 * Reads YAML 1.2 (core schema, merge keys, every key a string) in bounded time and space (CONTRACT D5).
 *
 * @returns Plain data, `null` for an empty text.
 * @throws {WidgetError} `YAML_INVALID`, naming plugin, file, line and column.
 */
export function parseYaml(text: string, file: YamlFile): unknown {
  checkSize(Buffer.byteLength(text), refuseFor(file));
  const lines = new LineCounter();
  const refuse = refuseFor(file, lines);
  const document = compose(text, lines, refuse);
  checkTree(document.contents, refuse);
  try {
    // The library's own count of aliases is quadratic, and checkTree has counted them.
    return document.toJS({ maxAliasCount: -1 });
  } catch (thrown) {
    return refuse(undefined, messageOf(thrown));
  }
}

/**
 * Reads a YAML file; its size is looked at before its content (CONTRACT D5).
 *
 * @param path Where the file is, as the server knows it.
 * @throws {WidgetError} `YAML_INVALID`, naming plugin, file, line and column.
 */
export async function readYaml(path: string, file: YamlFile): Promise<unknown> {
  const refuse = refuseFor(file);
  checkSize((await stat(path)).size, refuse);
  const bytes = await readFile(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(undefined, 'the file is not UTF-8 text');
  }
  return parseYaml(text, file);
}
