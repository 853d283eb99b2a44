import { getLineInfo, type AnyNode, type Identifier, type ObjectExpression } from 'acorn';
import { parseModule, stringOf } from '../bundle/parsed.ts';
import { API_BASE, isOwnRoute, shimOf } from '../contract/index.ts';
import { keyName, literalValue } from './bindings.ts';
import type { Position } from './code.ts';
import {
  LIMITED_ELEMENTS,
  LIMITED_MEMBERS,
  LIMITED_NAMES,
  OUTER_WINDOWS,
  type FrameLimit,
} from './frame-limits.ts';
import { bindNames, isFree, isKey } from './node-globals.ts';
import { walk, type Scope } from './walk.ts';

/** A use in a bundle of what a sandboxed frame lacks. */
export interface FrameUse extends Position {
  limit: FrameLimit;
  /** What the code uses: `localStorage`, `open()`, `<form>`, an address. */
  name: string;
}

/** The longest source text that is parsed, in characters. */
const MAX_PARSED_LENGTH = 8_000_000;
/** The largest number of names in one bundle. */
const MAX_USES = 50;
/** The largest length of a name, in characters. */
const MAX_NAME_LENGTH = 80;

const WINDOWS: ReadonlySet<string> = new Set(['window', 'globalThis', 'self']);

/** The first names of all paths, whose local variables are others. */
const ROOTS: ReadonlySet<string> = new Set([
  ...WINDOWS,
  ...OUTER_WINDOWS,
  'document',
  ...[...LIMITED_NAMES.keys()].map((name) => /^\w+/.exec(name)![0]),
]);

/** The number of names in a path that matter: `window.document.defaultView.navigator.clipboard`. */
const MAX_PATH = 5;

/** A member of a global, and the identifier that it begins with. */
interface Path {
  root: Identifier;
  names: string[];
}

/** Reads `document.cookie`, `window["localStorage"]` and the like; `undefined` for other expressions. */
function pathOf(node: AnyNode): Path | undefined {
  const names: string[] = [];
  let rest = node;
  while (rest.type === 'MemberExpression' || rest.type === 'ChainExpression') {
    if (rest.type === 'ChainExpression') {
      rest = rest.expression;
      continue;
    }
    const name = (rest.computed ? literalValue : keyName)(rest.property);
    if (name === undefined || names.length >= MAX_PATH) return undefined;
    names.unshift(name);
    rest = rest.object;
  }
  if (rest.type !== 'Identifier' || !ROOTS.has(rest.name)) return undefined;
  return { root: rest, names: withoutWindows([rest.name, ...names]) };
}

/** Removes the names that lead to the window itself. */
function withoutWindows(names: string[]): string[] {
  const [first = '', second = ''] = names;
  if (names.length > 1 && WINDOWS.has(first)) return withoutWindows(names.slice(1));
  if (first !== 'document') return names;
  if (second === 'location') return names.slice(1);
  return second === 'defaultView' && names.length > 2 ? withoutWindows(names.slice(2)) : names;
}

/** The limit that a path meets where it stands, and its name there. */
function limitOf(names: readonly string[], node: AnyNode, parent: AnyNode): [FrameLimit, string] | undefined {
  const path = names.join('.');
  const isCalled = /^(Call|New)Expression$/.test(parent.type) && 'callee' in parent && parent.callee === node;
  const isAssigned = parent.type === 'AssignmentExpression' && parent.left === node;
  if (names.length > 1 && OUTER_WINDOWS.has(names[0]!)) return ['page', path];
  const written = isCalled ? `${path}()` : isAssigned ? `${path}=` : path;
  const limit = LIMITED_NAMES.get(path) ?? LIMITED_NAMES.get(written);
  // Even a test with `typeof` throws for storage.
  const isTested = parent.type === 'UnaryExpression' && parent.operator === 'typeof';
  if (!limit || (isTested && limit !== 'storage')) return undefined;
  return [limit, LIMITED_NAMES.has(path) ? path : written.replace('=', ' =')];
}

const REMOTE = /^(https?:|wss?:)?\/\//i;
/** An address in a style sheet. */
const REMOTE_SHEET =
  /(?:url\(\s{0,9}["']?|@import\s{1,9}["'])((?:https?:)?\/\/[^\s"')]{1,200}|\/[^\s"')]{1,200})/i;
const ATTRIBUTE: Record<string, (value: string) => FrameLimit | undefined> = {
  src: (value) => (/^(https?:|\/|\.)/i.test(value) ? 'media' : undefined),
  srcSet: () => 'media',
  poster: () => 'media',
  href: (value) => (/^(https?:|\/|\.|\?)/i.test(value) ? 'navigation' : undefined),
  action: (value) => (REMOTE.test(value) ? 'forms' : undefined),
  target: (value) => (/^_(blank|top|parent)$/.test(value) ? 'popups' : undefined),
};

/** The limit that an attribute of an element meets, as a property of JSX or of the element. */
function limitOfAttribute(name: string, value: AnyNode): FrameLimit | undefined {
  const string = stringOf(value);
  return string !== undefined && Object.hasOwn(ATTRIBUTE, name) ? ATTRIBUTE[name]!(string) : undefined;
}

/**
 * Whether a path is not one of the plugin's own routes, with `…` for values that are inserted at run time. Such a value after
 * `plugins/` counts as the plugin's id, and any other one as what makes the route an own one.
 */
function isForeign(path: string, pluginId: string): boolean {
  const [known = '', ...inserted] = path.replace('/plugins/…/', `/plugins/${pluginId}/`).split('…');
  if (inserted.length === 0) return !isOwnRoute(API_BASE, pluginId, known);
  const own = `${API_BASE}/plugins/${pluginId}/`;
  if (!known.startsWith(own)) return !own.startsWith(known);
  return known.slice(own.length).includes('/') && !isOwnRoute(API_BASE, pluginId, known);
}

/** The route in a string that apiFetch refuses, if there is one. */
function foreignRoute(string: string, pluginId: string): string | undefined {
  const [path = ''] = string.replace(/^…+/, '').split(/[?#]/, 1);
  if (!path.startsWith(`${API_BASE}/`) || shimOf(path) || /\/(plugins\/)?$/.test(path)) return undefined;
  return isForeign(path, pluginId) ? path : undefined;
}

interface Found {
  limit: FrameLimit;
  name: string;
  node: AnyNode;
  /** The variable that is a global, unless a scope binds it. */
  root?: Identifier;
  scope: Scope;
}

/** Collects the uses while a program is walked. */
class Uses {
  readonly #found: Found[] = [];
  readonly #pluginId: string;

  constructor(pluginId: string) {
    this.#pluginId = pluginId;
  }

  visit(node: AnyNode, parent: AnyNode, scope: Scope, inner: Scope) {
    bindNames(node, scope, inner, ROOTS);
    const add = (limit: FrameLimit | undefined, name: string) =>
      limit && this.#found.push({ limit, name, node, scope });
    switch (node.type) {
      case 'Identifier':
        if (ROOTS.has(node.name) && !isKey(node, parent)) this.#addPath(node, parent, scope);
        break;
      case 'MemberExpression': {
        this.#addPath(node, parent, scope);
        const name = (node.computed ? literalValue : keyName)(node.property) ?? '';
        add(LIMITED_MEMBERS.get(name), `${name}()`);
        break;
      }
      case 'VariableDeclarator':
        if (node.id.type === 'ObjectPattern' && node.init)
          this.#addPattern(node.id.properties, node.init, scope);
        break;
      case 'AssignmentExpression': {
        const name = node.left.type === 'MemberExpression' ? (keyName(node.left.property) ?? '') : '';
        add(limitOfAttribute(name, node.right), `${name} = ${stringOf(node.right)}`);
        if (name === 'download') add('downloads', 'download');
        break;
      }
      case 'CallExpression': {
        const [first] = node.arguments;
        const element = first?.type === 'Literal' ? String(first.value) : '';
        add(LIMITED_ELEMENTS.get(element), `<${element}>`);
        break;
      }
      case 'ObjectExpression':
        this.#addAttributes(node, scope);
        break;
      case 'Literal':
      case 'TemplateLiteral':
      case 'BinaryExpression':
        if (parent.type !== 'BinaryExpression' || parent.operator !== '+') this.#addString(node, scope);
        break;
      default:
    }
  }

  #addPath(node: AnyNode, parent: AnyNode, scope: Scope) {
    const path = pathOf(node);
    const found = path && limitOf(path.names, node, parent);
    if (found) this.#found.push({ limit: found[0], name: found[1], node, root: path.root, scope });
  }

  /** `const { localStorage: store } = window` */
  #addPattern(properties: readonly AnyNode[], init: AnyNode, scope: Scope) {
    const path = pathOf(init);
    if (!path) return;
    for (const one of properties) {
      const key = one.type === 'Property' && !one.computed ? keyName(one.key) : undefined;
      const name = key === undefined ? '' : withoutWindows([...path.names, key]).join('.');
      const limit = LIMITED_NAMES.get(name) ?? LIMITED_NAMES.get(`${name}()`);
      if (limit) this.#found.push({ limit, name, node: one, root: path.root, scope });
    }
  }

  #addAttributes({ properties }: ObjectExpression, scope: Scope) {
    const keys = new Map<string, AnyNode>();
    for (const one of properties)
      if (one.type === 'Property' && !one.computed) keys.set(keyName(one.key) ?? '', one.value);
    for (const [name, value] of keys) {
      const limit = limitOfAttribute(name, value);
      if (limit) this.#found.push({ limit, name: `${name}="${stringOf(value)}"`, node: value, scope });
    }
    const download = keys.get('download');
    if (download && keys.has('href'))
      this.#found.push({ limit: 'downloads', name: 'download', node: download, scope });
  }

  #addString(node: AnyNode, scope: Scope) {
    const string = stringOf(node);
    if (string === undefined) return;
    const route = foreignRoute(string, this.#pluginId);
    if (route) this.#found.push({ limit: 'routes', name: route, node, scope });
    const [, address] = REMOTE_SHEET.exec(string) ?? [];
    if (address) this.#found.push({ limit: 'media', name: address, node, scope });
  }

  /** The first use of each name, in the order of the source. */
  first() {
    const names = new Map<string, Found>();
    for (const one of this.#found)
      if ((!one.root || isFree(one.root.name, one.scope)) && !names.has(one.name)) names.set(one.name, one);
    return [...names.values()];
  }
}

/**
 * Finds in a bundle what does not work in a sandboxed frame, without running it. Never throws. It finds what the code names: a use
 * may be guarded, and code can hide one.
 */
export function readFrameUses(text: string, pluginId: string): FrameUse[] {
  if (text.length > MAX_PARSED_LENGTH) return [];
  const uses = new Uses(pluginId);
  try {
    walk(parseModule(text), (node, parent, _, scope, inner) => uses.visit(node, parent, scope, inner));
  } catch {
    // A problem of the bundle, which is reported as such.
    return [];
  }
  return uses
    .first()
    .slice(0, MAX_USES)
    .map(({ limit, name, node }) => {
      const { line, column } = getLineInfo(text, node.start);
      const short = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
      return { limit, name: short, line, column: column + 1 };
    });
}
