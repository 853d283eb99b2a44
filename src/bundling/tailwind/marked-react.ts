import { API_BASE, shimPath, shimOf, type Shim } from '../../contract/index.ts';
import { SHIM_NAMES } from '../../contract/shim-names.ts';
import { appendTo } from '../source-map-comment.ts';
import type { WidgetSheet } from './sheet.ts';

/** The beginning of the specifiers of {@link markedSource}. */
export const MARKED = 'nousviz-marked:';
const MARK = 'mark';

/** The functions of a shim that make elements. Their first argument is the type, the second the props. */
const MAKERS: Partial<Record<Shim, string[]>> = {
  'react.js': ['createElement'],
  'react-jsx-runtime.js': ['jsx', 'jsxs'],
  'react-jsx-dev-runtime.js': ['jsxDEV'],
};

/** The part of a specifier for the imports of packages. */
const PACKAGE = 'package/';

/**
 * The specifier of the module that replaces a shim in a bundle with Tailwind, or `undefined` for a shim that makes no elements.
 *
 * @param isPackage Whether a package imports it. Rules of libraries may select its elements by anything.
 */
export function markedSpecifier(url: string, isPackage: boolean): string | undefined {
  const shim = shimOf(url);
  return shim && shim in MAKERS ? MARKED + (isPackage ? PACKAGE : '') + shim : undefined;
}

/** The property of the page under which the entries of split bundles name their classes, by key. */
const CLASSES = 'globalThis[Symbol.for("nousviz.classes")]';

/**
 * Adds the bundle's classes to the props of an element. `__nvTailwind` is appended to the bundle, see {@link nameClasses}. Elements
 * that are made before a split bundle's entry runs get none.
 */
const markSource = (key: string) => `
var last, id, known, cache;
function read() {
  var found = typeof __nvTailwind === "function" ? __nvTailwind() : ${CLASSES} && ${CLASSES}.get(${JSON.stringify(key)});
  if (found === last) return;
  last = found;
  id = found[0];
  known = new Set(found[1].split(" "));
  cache = [new Map(), new Map()];
}
function translate(given, isMixed) {
  var names = [];
  for (var name of given.split(/\\s+/)) {
    if (known.has(name)) names.push(id + ":" + name);
    else if (name.startsWith(id + ":")) names.push(name);
    else if (name && name !== id && name !== id + "-") { names.push(name); isMixed = true; }
  }
  names.push(id);
  if (isMixed) names.push(id + "-");
  return names.join(" ");
}
export function mark(type, props, isPackage) {
  if (typeof type !== "string") return props;
  read();
  if (!id) return props;
  var key = type.includes("-") && !(props && props.className) ? "class" : "className";
  var given = props && props[key] ? String(props[key]) : "";
  var marked = cache[isPackage ? 1 : 0].get(given);
  if (marked === undefined) cache[isPackage ? 1 : 0].set(given, marked = translate(given, isPackage));
  return Object.assign({}, props, { [key]: marked });
}
`;

/**
 * The source text of a module that exports what a shim exports, and gives the bundle's classes to each element that it makes. So the
 * rules of the bundle apply to its elements wherever they are, also in portals, and to no others.
 *
 * @param specifier What {@link markedSpecifier} returned, or an import of such a module.
 * @param key Names the bundle if it is split into several files. It is the same for all builds of the bundle.
 */
export function markedSource(specifier: string, key = ''): string {
  const file = specifier.slice(MARKED.length);
  if (file === MARK) return markSource(key);
  const isPackage = file.startsWith(PACKAGE);
  const shim = (isPackage ? file.slice(PACKAGE.length) : file) as Shim;
  const from = JSON.stringify(API_BASE + shimPath(shim));
  const makers = MAKERS[shim]!;
  const clones = shim === 'react.js' ? ['cloneElement'] : [];
  const own = [...makers, ...clones];
  const others = Object.keys(SHIM_NAMES[shim]).filter((name) => !own.includes(name));
  return [
    `import whole, { ${own.map((name) => `${name} as __nv_${name}`).join(', ')} } from ${from};`,
    `import { mark } from ${JSON.stringify(MARKED + MARK)};`,
    `import * as all from ${from};`,
    // esbuild would keep all names of an `export … from`.
    ...others.map((name) => `export const ${name} = all.${name};`),
    ...makers.map(
      (name) =>
        `export function ${name}(type, props, ...rest) { return __nv_${name}(type, mark(type, props, ${isPackage}), ...rest); }`,
    ),
    ...clones.map(
      (name) =>
        `export function ${name}(element, props, ...rest) { return __nv_${name}(element, element && props && (props.className || props.class) ? mark(element.type, props, ${isPackage}) : props, ...rest); }`,
    ),
    `export default /* @__PURE__ */ Object.assign({}, whole, { ${own.join(', ')} });`,
  ].join('\n');
}

/**
 * Appends the names of its classes to a bundle. The function is hoisted, since elements are also made while the bundle is evaluated.
 *
 * @param code The bundle, or the entry of a split one.
 * @param sheet `undefined` for a bundle without Tailwind classes.
 */
export function nameClasses(code: string, sheet: WidgetSheet | undefined, key = ''): string {
  const all = JSON.stringify([sheet?.id ?? '', sheet?.classes.join(' ') ?? '']);
  if (code.includes('__nvTailwind'))
    return appendTo(
      code,
      `function __nvTailwind() { return __nvTailwind.all || (__nvTailwind.all = ${all}); }\n`,
    );
  if (!sheet || !key) return code;
  return appendTo(code, `(${CLASSES} || (${CLASSES} = new Map())).set(${JSON.stringify(key)}, ${all});\n`);
}
