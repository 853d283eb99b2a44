import { messageOf, nameOf, type Failure, type WidgetError } from '../contract/index.ts';
import { wordingOf, type BundlePlace, type Fetch } from './evidence.ts';

/** The bundles that ran on this page, by URL in the order of their ends, each with the error that it threw. */
export type Runs = Map<string, WidgetError | undefined>;

/** A name that a page can have once, as the message shows it, and code that defines it only if it is missing. */
interface Taken {
  name: string;
  guard: string;
}

const quote = (name: string) => JSON.stringify(name);

/** WebKit names no property: then the text may have several. */
const property = ([first = 'a property', ...others]: readonly string[]): Taken => ({
  name: [first, ...others].map(quote).join(', '),
  guard: `${quote(first)} in window || Object.defineProperty(window, ${quote(first)}, …)`,
});

const element = (names: readonly string[]): Taken => {
  const first = names[0] === undefined ? 'name' : quote(names[0]);
  return {
    name: names.map((name) => `<${name}>`).join(', ') || 'a custom element',
    guard: `customElements.get(${first}) || customElements.define(${first}, …)`,
  };
};

/** The words of Chromium, Firefox and WebKit, which names no element. */
const ELEMENT =
  /the name "(.+?)" has already been used|'(.+?)' has already been defined as a custom element|elements with the same tag name/;
/** The same for `Object.defineProperty` and for an assignment; WebKit names no property. */
const PROPERTY =
  /^Cannot redefine property: (.+)|^can't redefine non-configurable property (.+)|^Attempting to change .*(?:readonly|unconfigurable) property/;
const ASSIGNED =
  /^Cannot assign to read only property '(.+)' of object '#<Window>'|^Cannot set property (.+) of #<Window> which|^"(.+)" is read-only|^setting getter-only property "(.+)"|^Attempted to assign to readonly property/;
/** The words of libraries that check for themselves. */
const OWN_WORDS =
  /\balready (?:been |being )?(?:registered|defined|declared|exists?|loaded|installed|initiali[sz]ed|in use|used|taken|present)\b/i;

const group = (match: RegExpExecArray) => match.slice(1).find((one) => one !== undefined);

/** The different first groups of a pattern in a text. */
const allOf = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map((match) => group(match as RegExpExecArray)!)),
];

/** The objects of a page that all code shares: the window, the document, and the window's objects, classes and their prototypes. */
function* sharedObjects(): Generator<object> {
  yield globalThis;
  if (typeof document === 'object') yield* [document, navigator];
  for (const key of Reflect.ownKeys(globalThis)) {
    // Not by a getter, which may warn.
    const value: unknown = Object.getOwnPropertyDescriptor(globalThis, key)?.value;
    const isObject = typeof value === 'object' && value !== null && value !== globalThis;
    if (isObject || typeof value === 'function') yield value;
    const prototype: unknown =
      typeof value === 'function' ? Object.getOwnPropertyDescriptor(value, 'prototype')?.value : undefined;
    if (typeof prototype === 'object' && prototype !== null) yield prototype;
  }
}

/** Whether a property is on an object that all code shares, and cannot be defined once more. Symbols have their printed form. */
const isShared = (name: string) =>
  // Every function and list has these.
  !['prototype', 'length'].includes(name) &&
  [...sharedObjects()].some((shared) =>
    Reflect.ownKeys(shared).some((key) => {
      const isNamed =
        typeof key === 'symbol' ? name.startsWith('Symbol') && name.includes(key.description!) : key === name;
      return isNamed && Object.getOwnPropertyDescriptor(shared, key)?.configurable === false;
    }),
  );

/** The elements that a bundle's text defines and the page has; else those that it only mentions. */
function elementsIn(text: string): string[] {
  const isDefined = (name: string) => globalThis.customElements?.get(name) !== undefined;
  const defined = allOf(text, /\bdefine\(\s*["'`]([a-z][^"'`\s]*-[^"'`\s]*)["'`]/g).filter(isDefined);
  return defined.length > 0
    ? defined
    : allOf(text, /["'`]([a-z][^"'`\s]*-[^"'`\s]*)["'`]/g).filter(isDefined);
}

/** The properties of shared objects that a bundle's text defines or assigns. */
const propertiesIn = (text: string) =>
  allOf(
    text,
    /(?:window|globalThis|self|document|navigator|prototype),\s*["'`]([^"'`]+)["'`]|(?:window|globalThis|self)\.([\w$]+)\s*=[^=>]/g,
  ).filter(isShared);

const unquoted = (name: string) => name.replaceAll(/^"|"$/g, '');

/** Reads in a thrown value that a name is taken; `isRepeated` is whether the bundle has run before. */
function takenIn(thrown: unknown, text: string, isRepeated: boolean): Taken | undefined {
  const message = wordingOf(thrown);
  const type = nameOf(thrown);
  const attempt = (code: string) => `try { ${code} } catch { /* It is there. */ }`;
  const ofElement = type === 'NotSupportedError' && ELEMENT.exec(message);
  if (ofElement) {
    const given = group(ofElement);
    return element(given === undefined ? elementsIn(text) : [given]);
  }
  if (type === 'InvalidModificationError' && /already (?:been )?registered/.test(message)) {
    const name = allOf(text, /name:\s*["'`](--[^"'`]+)["'`]/g).join(', ') || 'a CSS property';
    return { name, guard: attempt(`CSS.registerProperty({ name: '${name}', … })`) };
  }
  const ofProperty = type === 'TypeError' && (PROPERTY.exec(message) ?? ASSIGNED.exec(message));
  if (ofProperty) {
    const given = group(ofProperty);
    const names = given === undefined ? propertiesIn(text) : [unquoted(given)].filter(isShared);
    if (names.length > 0) return property(names);
    return isRepeated ? property(given === undefined ? [] : [unquoted(given)]) : undefined;
  }
  if (!OWN_WORDS.test(message)) return undefined;
  // Chromium quotes the method before the name.
  const [, quoted] = /["'`“‘](.+?)["'`”’]/.exec(message.replace(/^Failed to execute .*?: /, '')) ?? [];
  return { name: quoted === undefined ? 'a name' : quote(quoted), guard: attempt('…') };
}

const pathOf = (url: string) => url.replace(/\?.*/, '');

/** The plugin and the file of a bundle's URL. */
const labelOf = (url: string) => {
  const [, pluginId, file] = /\/plugins\/([^/]+)\/widget\/([^/]+)$/.exec(pathOf(url)) ?? [];
  return pluginId ? `${decodeURIComponent(pluginId)}/${decodeURIComponent(file!)}` : url;
};

/** The URLs of the bundles whose text has one of the names. */
async function findDefiners(names: readonly string[], runs: Runs, fetch: Fetch): Promise<string[]> {
  const read = async (url: string) =>
    fetch(url)
      .then((response) => response.text())
      .catch(() => '');
  const urls = [...runs.keys()];
  const texts = await Promise.all(urls.map(read));
  return urls.filter((_, index) => names.some((name) => texts[index]!.includes(name)));
}

interface Thrown {
  url: string;
  place: BundlePlace;
  text: string;
  runs: Runs;
  fetch: Fetch;
}

/** Finds the failure of a bundle that threw while it was evaluated: a name may be taken, by itself or by other code. */
export async function findThrown({ url, place, text, runs, fetch }: Thrown): Promise<Failure> {
  const earlier = [...runs].filter(([other]) => pathOf(other) === pathOf(url)).map(([, error]) => error);
  const isRepeated = earlier.length > 0;
  const taken = takenIn(place.cause, text, isRepeated);
  if (!taken) {
    // The same error twice has its cause in the bundle.
    const isSame = earlier.some((error) => error && messageOf(error.cause) === messageOf(place.cause));
    return {
      code: 'BUNDLE_THREW',
      details: { ...place, variant: isRepeated && !isSame ? 'again' : undefined },
    };
  }
  // The second run of the same bytes may fail at an earlier name, its own.
  const first = earlier.find(
    (error) =>
      error?.code === 'NAME_TAKEN' &&
      !error.details.variant &&
      (error.hash === place.hash || error.details.name === taken.name),
  );
  if (first) return { code: 'NAME_TAKEN', details: first.details as never };
  const names = taken.name.replaceAll(/["<>]/g, '').split(', ');
  const found = await findDefiners(names, runs, fetch);
  const isOwn =
    isRepeated &&
    (found.some((other) => pathOf(other) === pathOf(url)) || !names.some((name) => text.includes(name)));
  const others = [...new Set(found.map(labelOf))];
  const definer = isOwn ? 'an earlier run of it' : others.length > 0 ? others : 'code on this page';
  return {
    code: 'NAME_TAKEN',
    details: { ...place, ...taken, definer, variant: isOwn ? 'again' : undefined },
  };
}
