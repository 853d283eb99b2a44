import { isRecord, type PluginFacts } from '../contract/index.ts';

/** The facts that a manifest states about its plugin (CONTRACT M4). */
export type ManifestFacts = Pick<
  PluginFacts,
  'author' | 'homepage' | 'repository' | 'license' | 'description'
>;

/** The largest length of each fact, in characters; a longer text is cut, a longer address is left out. */
const MAX_LENGTH = { name: 200, address: 500, description: 1000 } as const;

/** Characters that would change how a line is displayed: control characters, halves of a character, line ends, overrides of the direction. */
const UNDISPLAYED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\s]+/gu;

/** Makes one displayable line of a value; `undefined` if it is not text or empty. */
export function lineOf(value: unknown, maxLength: number = MAX_LENGTH.name): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const characters = [...String(value).replace(UNDISPLAYED, ' ').trim()];
  if (characters.length === 0) return undefined;
  return characters.length <= maxLength
    ? characters.join('')
    : `${characters.slice(0, maxLength - 1).join('')}…`;
}

/** Reads an `http(s)` address, also in npm's spelling `git+https://…`. One with a user name could look like another site. */
function addressOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim().replace(/^git\+(?=https?:)/, '') : '';
  const url = text.length <= MAX_LENGTH.address && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) return undefined;
  return url.href.length <= MAX_LENGTH.address ? url.href : undefined;
}

/** Returns the first value that a reader understands, of a string or of the fields of a mapping. */
function firstOf(
  value: unknown,
  fields: readonly string[],
  read: (one: unknown) => string | undefined,
): string | undefined {
  const values = isRecord(value) ? fields.map((field) => value[field]) : [value];
  return values.map(read).find((found) => found !== undefined);
}

/** Reads one person or several: a name, `{name, email, url}`, or a list of them. */
function peopleIn(value: unknown): string | undefined {
  const people = [value]
    .flat()
    .slice(0, 20)
    .flatMap((person) => firstOf(person, ['name', 'email', 'url'], (one) => lineOf(one)) ?? []);
  return lineOf(people.join(', '));
}

/**
 * Reads what a manifest says about its plugin, in the usual spellings (CONTRACT M4): `author` is a name or `{name, email, url}`,
 * `repository` an address or `{url}`. A value that cannot be read counts as not stated.
 */
export function readFacts(document: Readonly<Record<string, unknown>>): ManifestFacts {
  const first = (names: readonly string[], read: (value: unknown) => string | undefined) =>
    names.map((name) => read(document[name])).find((found) => found !== undefined);
  const facts = {
    author: first(['author', 'authors', 'maintainer', 'maintainers'], peopleIn),
    homepage: first(['homepage', 'home_page', 'website', 'url'], (value) =>
      firstOf(value, ['url'], addressOf),
    ),
    repository: first(['repository', 'repo'], (value) => firstOf(value, ['url', 'href'], addressOf)),
    license: first(['license', 'licence'], (value) =>
      firstOf(value, ['name', 'type', 'id'], (one) => lineOf(one)),
    ),
    description: first(['description', 'summary'], (value) => lineOf(value, MAX_LENGTH.description)),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
}
