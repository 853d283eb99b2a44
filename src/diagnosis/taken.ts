import { messageOf, nameOf, type Failure, type WidgetError } from '../contract/index.ts';
import { wordingOf, type BundlePlace, type Fetch } from './evidence.ts';

/** The bundles that ran on this page, by URL in the order of their ends, each with the error that it threw. */
export type Runs = Map<string, WidgetError | undefined>;

/** The words for custom elements, CSS properties and policies, of libraries that check for themselves, and WebKit's for elements. */
const ALREADY =
  /\balready (?:been )?(?:registered|defined|declared|exists|loaded|installed|in use|used|taken)\b|same tag name/i;
/** The words of Chromium, Firefox and WebKit for properties. WebKit names none. */
const PROPERTY = /redefine .*property:? (?:Symbol.*\()?"?([^")]+)|(?:readonly|unconfigurable) property/;

/** The different first groups of a pattern in a text. */
const namesIn = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map(([, name]) => name!)),
];

/** Reads in a thrown value, or else in the bundle, the names that are taken; `undefined` if it says nothing like that. */
function takenIn(thrown: unknown, text: string): string[] | undefined {
  // Chromium quotes the method before the name, and WebKit has no names.
  const message = wordingOf(thrown).replace(/^Failed to execute .*?: /, '');
  const [property, given] = PROPERTY.exec(message) ?? [];
  if (property) return given ? [given] : namesIn(text, /(?:window|This|self|prototype),\s*["'`]([^"'`]+)/g);
  if (!ALREADY.test(message)) return undefined;
  if (nameOf(thrown) === 'InvalidModificationError') return namesIn(text, /name:\s*["'`](--[^"'`]+)/g);
  const quoted = namesIn(message, /["'`“‘](.+?)["'`”’]/g);
  return quoted.length > 0
    ? quoted
    : namesIn(text, /["'`]([a-z][\w.]*-[\w.-]+)["'`]/g).filter((name) => customElements.get(name));
}

/** Whether the window, or a prototype of one of its classes, has a property that cannot be defined once more. */
const isShared = (name: string) =>
  Reflect.ownKeys(globalThis).some((key) => {
    // Not by a getter, which may warn.
    const value: unknown = Object.getOwnPropertyDescriptor(globalThis, key)?.value;
    return [globalThis, (value as { prototype?: unknown } | undefined)?.prototype].some(
      (shared) => shared && Object.getOwnPropertyDescriptor(shared, name)?.configurable === false,
    );
  });

const pathOf = (url: string) => url.replace(/\?.*/, '');

/** The plugin and the file of a bundle's URL. */
const labelOf = (url: string) => pathOf(url).replace(/.*\/plugins\/(.*)\/widget\//, '$1/');

/** The URLs of the bundles that ran and whose text has one of the names. */
async function findDefiners(names: readonly string[], runs: Runs, fetch: Fetch): Promise<string[]> {
  const urls = [...runs.keys()];
  const read = async (url: string) => (await fetch(url)).text();
  const texts = await Promise.all(urls.map((url) => read(url).catch(() => '')));
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
  const { cause, hash } = place;
  const isOwn = (other: string) => pathOf(other) === pathOf(url);
  const earlier = [...runs].filter(([other]) => isOwn(other)).map(([, error]) => error);
  // The same error has the same cause. A second run of the same bytes may fail before that, at a name of its own.
  const first = earlier.find(
    (error) =>
      error &&
      error.details.variant !== 'again' &&
      (messageOf(error.cause) === messageOf(cause) || (error.code === 'NAME_TAKEN' && error.hash === hash)),
  );
  if (first) return { code: first.code, details: { ...first.details, hash } } as Failure;
  const isRepeated = earlier.length > 0;
  const taken = takenIn(cause, text);
  const names = taken ?? [];
  const found = await findDefiners(names, runs, fetch);
  const isAgain = isRepeated && (found.some(isOwn) || !names.some((name) => text.includes(name)));
  const variant = isAgain ? 'again' : place.variant;
  // A bundle may also define a property of its own object twice.
  const isProven = isRepeated || names.some(isShared) || ALREADY.test(messageOf(cause));
  if (!taken || !isProven) return { code: 'BUNDLE_THREW', details: { ...place, variant } };
  const name = names.map((one) => JSON.stringify(one)).join(', ') || 'a name';
  const others = [...new Set(found.map(labelOf))];
  const definer = isAgain ? 'an earlier run of it' : others.length > 0 ? others : 'code on this page';
  return { code: 'NAME_TAKEN', details: { ...place, name, definer, variant } };
}
