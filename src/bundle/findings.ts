import type { AnyNode, MemberExpression } from 'acorn';
import { shimOf } from '../contract/index.ts';
import { parseModule } from './parse-module.ts';

/**
 * What the text of a bundle names, for an operator to read before consenting. A reading aid, no proof: code can make up
 * at run time whatever it likes.
 */
export interface Findings {
  /** Paths of the host API, with `…` for what is put in at run time. */
  api_paths: string[];
  /** Other hosts that addresses in the text lead to; `…` is one made up at run time. */
  hosts: string[];
  /** The host's helpers that it uses. */
  helpers: string[];
  /** What else it reaches for in the browser: storage, network, code made of text. */
  reaches: string[];
  /** The modules that it imports. */
  imports: string[];
}

type Topic = keyof Findings;

/** At most this many of each, and so many characters. */
const MOST = 100;
const LONGEST = 200;
/** Texts over this many characters are not parsed: a server that reads them has others to answer. */
const PARSED = 2_000_000;

const HELPERS = new Set([
  'apiFetch',
  'formatRelativeTime',
  'formatAbsoluteTime',
  'formatNumber',
  'formatBytes',
  'cn',
]);
/** Globals that say something wherever they are named, and those that do only where they are called. */
const GLOBALS =
  /^(localStorage|sessionStorage|indexedDB|caches|cookieStore|XMLHttpRequest|WebSocket|WebTransport|EventSource|RTCPeerConnection|Worker|SharedWorker|BroadcastChannel)$/;
const CALLED = /^(fetch|eval|Function|open|importScripts)$/;
const WINDOW = /^(window|globalThis|self|top|parent|frames)$/;
const MEMBERS: Record<string, RegExp> = {
  document: /^(cookie|write|domain)$/,
  navigator: /^(sendBeacon|serviceWorker|clipboard|geolocation|mediaDevices|credentials|usb|bluetooth)$/,
  location: /^(href|assign|replace)$/,
};

/** Of every page of React and its libraries: namespaces and addresses in messages, which nobody asks. */
const UNASKED = /^(www\.w3\.org|react\.dev|([\w-]+\.)?reactjs\.org|fb\.me|goo\.gle)$/;

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';

/** The nodes below a node, but for one. */
function childrenOf(node: AnyNode, except?: unknown): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value) && value !== except) children.push(value);
  }
  return children;
}

/** What `+` joins, from left to right. Such chains lean to the left, and can be long. */
function joined(node: AnyNode): AnyNode[] {
  const parts: AnyNode[] = [];
  let rest: AnyNode = node;
  while (rest.type === 'BinaryExpression' && rest.operator === '+') {
    parts.push(rest.right);
    rest = rest.left;
  }
  return [rest, ...parts.toReversed()];
}

/** A text as far as it stands there: `…` for what is put in at run time; nothing where no text is. */
function textOf(node: AnyNode): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral')
    return node.quasis.map((quasi) => quasi.value.cooked ?? quasi.value.raw).join('…');
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const parts = joined(node).map((part) => (part.type === 'BinaryExpression' ? undefined : textOf(part)));
  return parts.some((part) => part !== undefined) ? parts.map((part) => part ?? '…').join('') : undefined;
}

const nameOf = (node: AnyNode): string | undefined =>
  node.type === 'Identifier' ? node.name : node.type === 'Literal' ? String(node.value) : undefined;

/**
 * Reads a bundle's source text; runs none of it and never throws. Takes time that grows with its length. What is no module, or
 * over 2,000,000 characters long, is read by its looks, and so says too much rather than too little.
 */
export function readFindings(text: string): Findings {
  const found: Record<Topic, Set<string>> = {
    api_paths: new Set(),
    hosts: new Set(),
    helpers: new Set(),
    reaches: new Set(),
    imports: new Set(),
  };

  function readText(text: string) {
    const value = text.replace(/…+/g, '…');
    const [path = ''] = value.split(/[?#]/, 1);
    if (/^(\/|…\/)?api\/./.test(path) && !shimOf(path)) found.api_paths.add(path);
    for (const [, host = ''] of value.matchAll(/(?:\b(?:https?|wss?):|^)\/\/([^\s/?#"'`<>\\]+)/g)) {
      const name = host.replace(/^.*@/, '');
      if (
        !UNASKED.test(name) &&
        /^(…|[\w.-]+\.[a-z]{2,}(:\d+)?$|localhost|\d+\.\d+\.\d+\.\d+|\[)/i.test(name)
      )
        found.hosts.add(name.startsWith('…') ? '…' : name);
    }
  }

  function readMember({ object, property, computed }: MemberExpression) {
    const name = computed && property.type !== 'Literal' ? undefined : nameOf(property);
    if (name === undefined) return;
    const owner = object.type === 'MemberExpression' ? nameOf(object.property) : nameOf(object);
    if (HELPERS.has(name) && (name !== 'cn' || /^(widgets|host)$/.test(owner ?? ''))) found.helpers.add(name);
    if (owner && Object.hasOwn(MEMBERS, owner) && MEMBERS[owner]!.test(name))
      found.reaches.add(`${owner}.${name}`);
    if (owner && WINDOW.test(owner) && (GLOBALS.test(name) || CALLED.test(name))) found.reaches.add(name);
  }

  /** What a node says by itself. @returns those of its children that may say more. */
  function readNode(node: AnyNode): AnyNode[] {
    const value = textOf(node);
    if (value !== undefined) readText(value);
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
      case 'ImportExpression':
        if (node.source) found.imports.add(textOf(node.source) ?? '…');
        return childrenOf(node, node.source);
      case 'BinaryExpression':
        // A chain's text was read as a whole.
        return node.operator !== '+'
          ? childrenOf(node)
          : joined(node).filter((part) => part.type !== 'Literal');
      case 'MemberExpression':
        readMember(node);
        return childrenOf(node, node.computed ? undefined : node.property);
      case 'ObjectPattern':
        for (const property of node.properties) {
          const name = property.type === 'Property' ? nameOf(property.key) : undefined;
          if (name && HELPERS.has(name)) found.helpers.add(name);
        }
        return childrenOf(node);
      case 'Property':
        return childrenOf(node, node.computed || node.shorthand ? undefined : node.key);
      case 'MethodDefinition':
      case 'PropertyDefinition':
        return childrenOf(node, node.computed ? undefined : node.key);
      case 'CallExpression':
      case 'NewExpression':
        if (node.callee.type === 'Identifier' && CALLED.test(node.callee.name))
          found.reaches.add(node.callee.name);
        return childrenOf(node);
      case 'AssignmentExpression':
        if (nameOf(node.left.type === 'MemberExpression' ? node.left.property : node.left) === 'location')
          found.reaches.add('location');
        return childrenOf(node);
      case 'Identifier':
        if (GLOBALS.test(node.name)) found.reaches.add(node.name);
        return [];
      default:
        return childrenOf(node);
    }
  }

  function readParsed() {
    const open: AnyNode[] = [parseModule(text)];
    while (open.length > 0) for (const child of readNode(open.pop()!)) open.push(child);
  }

  /** Takes for said what looks like a text, an import or a power, comments included. */
  function readUnparsed() {
    // After every quote, for which of them open a text is not known.
    for (const [, value = ''] of text.matchAll(/["'`](?=([^"'`\n]{1,500}))/g))
      readText(value.replaceAll('\\/', '/'));
    for (const [, , specifier = ''] of text.matchAll(
      /\b(?:from|import)\s{0,9}\(?\s{0,9}(["'`])([^"'`\n]{1,500})\1/g,
    ))
      found.imports.add(specifier);
    for (const [word] of text.matchAll(/\b[A-Za-z]{2,25}\b/g)) {
      if (GLOBALS.test(word)) found.reaches.add(word);
      if (HELPERS.has(word) && word !== 'cn') found.helpers.add(word);
    }
    for (const [, word = ''] of text.matchAll(/\b(fetch|eval|Function|importScripts)\s{0,9}\(/g))
      found.reaches.add(word);
  }

  try {
    if (text.length > PARSED) readUnparsed();
    else readParsed();
  } catch {
    // No module, or newer than the parser, or too deep for it.
    readUnparsed();
  }

  const list = (names: Set<string>) => {
    const all = [...names].map((name) => (name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name));
    all.sort();
    return all.length > MOST ? [...all.slice(0, MOST), `… and ${all.length - MOST} more`] : all;
  };
  // A copy: engines keep a whole text for the sake of a part of it.
  return structuredClone(
    Object.fromEntries(Object.entries(found).map(([topic, names]) => [topic, list(names)])),
  ) as unknown as Findings;
}
