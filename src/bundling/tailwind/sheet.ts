import { createHash } from 'node:crypto';
import { THEME_COLORS } from '../../contract/index.ts';
import type { Tailwind } from './engine.ts';
import { readRules, splitOutside, writeRules, type Rule } from './rules.ts';

/** The styles of a bundle's classes. */
export interface WidgetSheet {
  /** The class of all elements of the bundle, and the prefix of its classes: `nv1a2b3c`, and `nv1a2b3c:p-4` for `p-4`. */
  id: string;
  /** The classes that have a prefix in the page. */
  classes: readonly string[];
  /** Classes that its selectors name, and that have no prefix: `open` of `[.open_&]:p-4`. */
  named: readonly string[];
  /** The rules that come before the bundle's own: elements look the same in every host. */
  reset: string;
  /** The rules that come after the bundle's own. */
  utilities: string;
}

/** All values are in the rules, since variables on `:root` would be those of the host's own Tailwind. */
const THEME = "@import 'tailwindcss/theme.css' theme(inline);\n";
const RESET = `${THEME}@import 'tailwindcss/preflight.css';`;
const UTILITIES = `${THEME}@theme inline {
${THEME_COLORS.map((name) => `--color-${name}: hsl(var(--${name}));`).join('\n')}
}
@custom-variant dark (&:where(.dark, .dark *));
@tailwind utilities;`;

/** The classes that other classes refer to. They have no rules. */
const MARKER = /^(?:group|peer)(?:\/\S+)?$/;

const CLASS = /\.((?:\\[\da-f]{1,6}\s?|\\[^]|[\w-]|[^\0-\x7F])+)/gi;

const unescape = (name: string) =>
  name.replace(/\\(?:([\da-f]{1,6})\s?|([^]))/gi, (_, hex: string | undefined, sign: string) =>
    hex ? String.fromCodePoint(Number.parseInt(hex, 16)) : sign,
  );

/** The classes of each selector of a sheet. */
function selectedBy(rules: readonly Rule[]): string[][] {
  const found: string[][] = [];
  writeRules(rules, (selectors) => {
    for (const selector of selectors)
      found.push([...selector.matchAll(CLASS)].map(([, name]) => unescape(name!)));
    return [];
  });
  return found;
}

const classesOf = (rules: readonly Rule[]) => new Set(selectedBy(rules).flat());

/**
 * The words that are no classes of Tailwind, although its selectors name them for other classes: `dark` for `dark:p-4`, and `open` for
 * `[.open_&]:p-4`. They stay as they are, since elements of the host have them too.
 */
async function findNamed(tailwind: Tailwind, rules: readonly Rule[], words: readonly string[]) {
  const selectors = selectedBy(rules).map((names) => names.filter((name) => !MARKER.test(name)));
  const isAlone = new Set(selectors.flatMap((names) => (new Set(names).size === 1 ? names : [])));
  const styled = new Set(selectors.flat());
  const doubtful = words.filter((name) => styled.has(name) && !isAlone.has(name) && !/[:[(]/.test(name));
  if (doubtful.length === 0) return new Set<string>();
  const real = classesOf(readRules(await tailwind.build(UTILITIES, doubtful)));
  return new Set(doubtful.filter((name) => !real.has(name)));
}

/** The classes that the style sheet in a bundle styles. */
export function styledClasses(bundle: string): Set<string> {
  const [, rules] = /^var __nvRules = ("(?:\\.|[^"\\])*")/m.exec(bundle) ?? [];
  return rules ? classesOf(readRules(JSON.parse(rules) as string)) : new Set();
}

/**
 * Makes a selector of Tailwind's one of the bundle's own. A host's rules cannot match the class with the prefix; without it, the class
 * counts on elements that code other than React has made. The ID wins over the rules of hosts and libraries.
 */
function ownSelector(selector: string, id: string, known: ReadonlySet<string>): string {
  const own = selector.replaceAll(CLASS, (whole, escaped: string) =>
    known.has(unescape(escaped))
      ? `:is(.${id}\\:${escaped.replace(/^\\3(\d) /, '$1')},${whole}:where(.${id},.${id} *))`
      : whole,
  );
  return `:not(#_) ${own}`;
}

/** Declarations of the whole page that a widget takes from its host. */
const FROM_HOST = /^font-(?:family|feature-settings|variation-settings)/;

/** The element names among the selectors as one selector, which is shorter. */
function joinTypes(selectors: readonly string[]): string[] {
  const types = selectors.filter((selector) => /^[a-z][a-z\d]*$/.test(selector));
  if (types.length < 2) return [...selectors];
  return [`:is(${types.join(',')})`, ...selectors.filter((selector) => !types.includes(selector))];
}

/**
 * Limits a selector of Tailwind's reset to the elements of a bundle. It wins over rules of a host that select by elements or one
 * attribute. Elements with classes of libraries get it with less weight, so that the rules of such a class win.
 */
function resetSelectors(selector: string, id: string): string[] {
  if (/^(?:html|:host)$/.test(selector)) return selector === 'html' ? [`.${id}:where(:not(.${id} *))`] : [];
  const parts = splitOutside(selector, ' ');
  const last = parts.pop()!;
  const [, type = '', rest = ''] = /^(\*|[a-z][a-z\d]*|:is\([a-z\d,]+\))?([^]*)$/.exec(last)!;
  const before = parts.map((part) => `${part} `).join('') + (type === '*' ? '' : type);
  const weak = `:where(.${id},.${id} *):not(_ _ _)`;
  const strong = `.${id}:where(:not(.${id}-))`;
  // Hosts often style such states by two or three attributes and pseudo-classes, as Tailwind's forms plugin does.
  const state = `.${id}${strong}:is(:checked,:indeterminate,:focus)`;
  const isControl = type === '*' || /\binput\b/.test(type);
  const marks = /^(?:::|:-)/.test(rest) ? [weak] : [strong, ...(isControl ? [state] : []), weak];
  return marks.map((mark) => `${before}${mark}${rest}`);
}

/** Elements whose attributes are styles, such as those of SVG, which a reset of all properties would undo. */
const STYLED_BY_ATTRIBUTES = 'svg,svg *,[width],[height],[align],[valign],[bgcolor],[border],[color],[size]';

/** Undoes the rules of the host, since they may set properties that no browser sets on such elements. */
const undoHost = (id: string) =>
  [
    `${resetSelectors(`*:where(:not(${STYLED_BY_ATTRIBUTES}))`, id).join(',')}{all:revert}`,
    `${['::before', '::after'].flatMap((one) => resetSelectors(one, id)).join(',')}{all:revert}`,
  ].join('\n');

function writeReset(rules: readonly Rule[], id: string): string {
  const own = rules.map(({ prelude, body }) => {
    if (/^html\b/.test(prelude))
      return { prelude, body: body.filter((part) => typeof part !== 'string' || !FROM_HOST.test(part)) };
    return { prelude, body: prelude.startsWith('*') ? [...body, 'border-color: hsl(var(--border))'] : body };
  });
  const reset = writeRules(own, (selectors) =>
    joinTypes(selectors).flatMap((selector) => resetSelectors(selector, id)),
  );
  return `${undoHost(id)}\n${reset}`;
}

/** Renames what all sheets of a page share: the custom properties of Tailwind, which a host's Tailwind registers in its own way, and animations. */
function renameShared(css: string, rules: readonly Rule[], id: string): string {
  const animations = rules.flatMap(({ prelude }) => /^@keyframes\s+([\w-]+)$/.exec(prelude)?.[1] ?? []);
  const own = css.replaceAll('--tw-', `--${id}-`);
  if (animations.length === 0) return own;
  const names = new RegExp(String.raw`(?<![\w-])(?:${animations.join('|')})(?![\w-])`, 'g');
  return own.replaceAll(/@keyframes [\w-]+|\banimation(?:-name)?:[^;}]+/g, (part) =>
    part.replace(names, (name) => `${id}-${name}`),
  );
}

/**
 * The initial values of Tailwind's custom properties. They are declared on the bundle's elements instead of registered with
 * `@property`, since each element of the page has a registered property.
 */
function initialValues(rules: readonly Rule[], id: string): string {
  const values = rules.flatMap(({ prelude, body }) => {
    const [, name] = /^@property (--[\w-]+)$/.exec(prelude) ?? [];
    const value = body.find((part) => typeof part === 'string' && part.startsWith('initial-value'));
    return name ? `${name}:${value ? String(value).replace(/^initial-value:\s*/, '') : 'initial'}` : [];
  });
  const selectors = ['', '::before', '::after', '::backdrop'].map(
    (pseudo) => `:where(.${id},.${id} *)${pseudo}`,
  );
  return values.length > 0 ? `${selectors.join(',')}{${values.join(';')}}` : '';
}

/** An ID that a text determines. */
export const sheetId = (text: string): string =>
  `nv${createHash('sha256').update(text).digest('hex').slice(0, 6)}`;

/**
 * Compiles the classes among the words of a bundle's sources.
 *
 * @param id The ID of the sheet. @default one that other contents change
 * @returns `undefined` if none of them is Tailwind's.
 */
export async function compileClasses(
  tailwind: Tailwind,
  words: Iterable<string>,
  id?: string,
): Promise<WidgetSheet | undefined> {
  const candidates = [...new Set(words)].toSorted();
  const rules = readRules(await tailwind.build(UTILITIES, candidates));
  const styled = classesOf(rules);
  const named = await findNamed(tailwind, rules, candidates);
  const classes = candidates.filter((name) => (styled.has(name) && !named.has(name)) || MARKER.test(name));
  if (!classes.some((name) => styled.has(name))) return undefined;
  const resetRules = readRules(await tailwind.build(RESET, []));
  const known = new Set(classes);
  const write = (one: string) => ({
    id: one,
    classes,
    named: [...named],
    reset: writeReset(resetRules, one),
    utilities: renameShared(
      [
        initialValues(rules, one),
        writeRules(
          rules.filter(({ prelude }) => !prelude.startsWith('@property')),
          (selectors) => selectors.map((selector) => ownSelector(selector, one, known)),
        ),
      ].join('\n'),
      rules,
      one,
    ),
  });
  return write(id ?? sheetId(JSON.stringify(write('nv'))));
}
