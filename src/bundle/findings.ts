import type { AnyNode, MemberExpression } from 'acorn';
import { shimOf, type Findings } from '../contract/index.ts';
import { parseModule } from './parse-module.ts';

type FoundNames = Record<keyof Findings, Set<string>>;

/** The largest number of names of one kind. */
const MAX_NAMES = 100;
/** The largest length of a name, in characters. */
const MAX_NAME_LENGTH = 200;
/** Longer bundles are not parsed, since that would delay the server's other answers; in characters. */
const MAX_PARSED_LENGTH = 2_000_000;

const HELPERS = new Set([
  'apiFetch',
  'formatRelativeTime',
  'formatAbsoluteTime',
  'formatNumber',
  'formatBytes',
  'cn',
]);
/** Globals that are findings wherever they are named. */
const GLOBALS =
  /^(localStorage|sessionStorage|indexedDB|caches|cookieStore|XMLHttpRequest|WebSocket|WebTransport|EventSource|RTCPeerConnection|Worker|SharedWorker|BroadcastChannel)$/;
/** Globals that are findings only where they are called. */
const GLOBAL_FUNCTIONS = /^(fetch|eval|Function|open|importScripts)$/;
const WINDOW = /^(window|globalThis|self|top|parent|frames)$/;
/** The names of the window that are no usual names of variables. */
const CERTAIN_WINDOW = /^(window|globalThis)$/;
const MEMBERS: Record<string, RegExp> = {
  document: /^(cookie|write|domain)$/,
  navigator: /^(sendBeacon|serviceWorker|clipboard|geolocation|mediaDevices|credentials|usb|bluetooth)$/,
  location: /^(href|assign|replace)$/,
};

/** Hosts in namespaces and messages of React and its libraries; no request goes there. */
const IGNORED_HOSTS = /^(www\.w3\.org|react\.dev|([\w-]+\.)?reactjs\.org|fb\.me|goo\.gle)$/;

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';

/** The child nodes of a node, except one. */
function childrenOf(node: AnyNode, except?: unknown): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value) && value !== except) children.push(value);
  }
  return children;
}

/** The operands of a chain of `+`, from left to right. Such a chain nests to the left, and can be long. */
function operandsOf(node: AnyNode): AnyNode[] {
  const operands: AnyNode[] = [];
  let rest: AnyNode = node;
  while (rest.type === 'BinaryExpression' && rest.operator === '+') {
    operands.push(rest.right);
    rest = rest.left;
  }
  return [rest, ...operands.toReversed()];
}

/** The string that a node makes, with `…` for values that are inserted at run time; `undefined` for other nodes. */
export function stringOf(node: AnyNode): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral')
    return node.quasis.map((quasi) => quasi.value.cooked ?? quasi.value.raw).join('…');
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const parts = operandsOf(node).map((part) =>
    part.type === 'BinaryExpression' ? undefined : stringOf(part),
  );
  return parts.some((part) => part !== undefined) ? parts.map((part) => part ?? '…').join('') : undefined;
}

const literalOf = (node: AnyNode): string | undefined =>
  node.type === 'Literal' ? String(node.value) : undefined;

const identifierOf = (node: AnyNode): string | undefined =>
  node.type === 'Identifier' ? node.name : literalOf(node);

/** Names of the operator's session token: its key in the storage, and the header that has it. */
const TOKEN = /nousviz_auth_token|x-session-token/i;

/** Adds the API path and the hosts in a string. */
function readString(found: FoundNames, string: string) {
  const value = string.replace(/…+/g, '…');
  const [path = ''] = value.split(/[?#]/, 1);
  if (/^(\/|…\/)?api\/./.test(path) && !shimOf(path)) found.api_paths.add(path);
  for (const [, host = ''] of value.matchAll(/(?:\b(?:https?|wss?):|^)\/\/([^\s/?#"'`<>\\]+)/g)) {
    const name = host.replace(/^.*@/, '');
    if (
      !IGNORED_HOSTS.test(name) &&
      /^(…|[\w.-]+\.[a-z]{2,}(:\d+)?$|localhost|\d+\.\d+\.\d+\.\d+|\[)/i.test(name)
    )
      found.hosts.add(name.startsWith('…') ? '…' : name);
  }
}

/** Adds the helper or the browser feature that a member expression names. */
function readMember(found: FoundNames, { object, property, computed }: MemberExpression) {
  const name = computed ? (stringOf(property) ?? literalOf(property)) : identifierOf(property);
  const owner = object.type === 'MemberExpression' ? identifierOf(object.property) : identifierOf(object);
  // A name that is made at run time can be any.
  if ((name === undefined || name.includes('…')) && owner && CERTAIN_WINDOW.test(owner))
    found.reaches.add(`${owner}[…]`);
  if (name === undefined) return;
  if (HELPERS.has(name) && (name !== 'cn' || /^(widgets|host)$/.test(owner ?? ''))) found.helpers.add(name);
  if (owner && Object.hasOwn(MEMBERS, owner) && MEMBERS[owner]!.test(name))
    found.reaches.add(`${owner}.${name}`);
  if (owner && WINDOW.test(owner) && (GLOBALS.test(name) || GLOBAL_FUNCTIONS.test(name)))
    found.reaches.add(name);
}

/** Adds the findings of a node itself. @returns The child nodes that may have more. */
function readNode(found: FoundNames, node: AnyNode): AnyNode[] {
  const string = stringOf(node);
  if (string !== undefined) {
    readString(found, string);
    if (TOKEN.test(string)) found.reaches.add('session token');
  }
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
      if (node.source) found.imports.add(stringOf(node.source) ?? '…');
      return childrenOf(node, node.source);
    case 'BinaryExpression':
      // The string of the whole chain has been read.
      return node.operator !== '+'
        ? childrenOf(node)
        : operandsOf(node).filter((part) => part.type !== 'Literal');
    case 'MemberExpression':
      readMember(found, node);
      return childrenOf(node, node.computed ? undefined : node.property);
    case 'ObjectPattern':
      for (const property of node.properties) {
        const name = property.type === 'Property' ? identifierOf(property.key) : undefined;
        if (name && HELPERS.has(name)) found.helpers.add(name);
      }
      return childrenOf(node);
    case 'Property':
      if (TOKEN.test(identifierOf(node.key) ?? '')) found.reaches.add('session token');
      return childrenOf(node, node.computed || node.shorthand ? undefined : node.key);
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return childrenOf(node, node.computed ? undefined : node.key);
    case 'CallExpression':
    case 'NewExpression':
      if (node.callee.type === 'Identifier' && GLOBAL_FUNCTIONS.test(node.callee.name))
        found.reaches.add(node.callee.name);
      return childrenOf(node);
    case 'AssignmentExpression':
      if (identifierOf(node.left.type === 'MemberExpression' ? node.left.property : node.left) === 'location')
        found.reaches.add('location');
      return childrenOf(node);
    case 'Identifier':
      if (GLOBALS.test(node.name)) found.reaches.add(node.name);
      return [];
    default:
      return childrenOf(node);
  }
}

/** Reads the syntax tree. @throws if the source cannot be parsed. */
function readTree(found: FoundNames, source: string) {
  const nodes: AnyNode[] = [parseModule(source)];
  while (nodes.length > 0) for (const child of readNode(found, nodes.pop()!)) nodes.push(child);
}

/** Searches the source with patterns, in comments too. */
function searchSource(found: FoundNames, source: string) {
  if (TOKEN.test(source)) found.reaches.add('session token');
  // Every quote may begin a string.
  for (const [, value = ''] of source.matchAll(/["'`](?=([^"'`\n]{1,500}))/g))
    readString(found, value.replaceAll('\\/', '/'));
  for (const [, , specifier = ''] of source.matchAll(
    /\b(?:from|import)\s{0,9}\(?\s{0,9}(["'`])([^"'`\n]{1,500})\1/g,
  ))
    found.imports.add(specifier);
  for (const [name] of source.matchAll(/\b[A-Za-z]{2,25}\b/g)) {
    if (GLOBALS.test(name)) found.reaches.add(name);
    if (HELPERS.has(name) && name !== 'cn') found.helpers.add(name);
  }
  for (const [, name = ''] of source.matchAll(/\b(fetch|eval|Function|importScripts)\s{0,9}\(/g))
    found.reaches.add(name);
}

/** Sorts the names and limits their number and length. */
function listOf(names: ReadonlySet<string>): string[] {
  const all = [...names].map((name) =>
    name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name,
  );
  all.sort();
  return all.length > MAX_NAMES ? [...all.slice(0, MAX_NAMES), `… and ${all.length - MAX_NAMES} more`] : all;
}

/**
 * Reads the source of a bundle in linear time, without running it. Never throws. A source that is not a module, or is longer than
 * 2,000,000 characters, is searched with patterns, which find too much rather than too little.
 */
export function readFindings(source: string): Required<Findings> {
  const found: FoundNames = {
    api_paths: new Set(),
    hosts: new Set(),
    helpers: new Set(),
    reaches: new Set(),
    imports: new Set(),
  };
  try {
    if (source.length > MAX_PARSED_LENGTH) searchSource(found, source);
    else readTree(found, source);
  } catch {
    // The source is not a module, or uses syntax that the parser does not know, or nests too deep.
    searchSource(found, source);
  }
  // A copy, since JavaScript engines keep a whole source string in memory while a part of it is used.
  return structuredClone(
    Object.fromEntries(Object.entries(found).map(([topic, names]) => [topic, listOf(names)])),
  ) as unknown as Required<Findings>;
}
