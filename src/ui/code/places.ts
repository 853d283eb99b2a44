import type { Findings } from '../../contract/index.ts';

/** A place of a finding in a text. */
export interface Place {
  /** The name that was found. */
  name: string;
  /** The characters of the text, from the first to after the last. */
  from: number;
  to: number;
  /** Counted from 1. */
  line: number;
}

/** The largest number of places of one name. */
const MAX_PLACES = 50;

/** The topics of findings whose places are shown. */
const TOPICS = ['reaches', 'hosts', 'api_paths'] as const satisfies readonly (keyof Findings)[];

/** The texts of findings that are not in the code with their own name. */
const SPELLED: Record<string, string> = { 'session token': 'nousviz_auth_token' };

const isWordCharacter = (character: string | undefined) => character !== undefined && /[\w$]/.test(character);

/** The part of a name that is in the code itself: `…` stands for a value that is inserted at run time. */
function partOf(name: string): string {
  const spelled = Object.hasOwn(SPELLED, name) ? SPELLED[name]! : name;
  return spelled.split('…').reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** The places of one name, as a whole word. */
function* placesOf(text: string, part: string): Generator<number> {
  let found = 0;
  for (
    let at = text.indexOf(part);
    at >= 0 && found < MAX_PLACES;
    at = text.indexOf(part, at + part.length)
  ) {
    const isWhole =
      !(isWordCharacter(part[0]) && isWordCharacter(text[at - 1])) &&
      !(isWordCharacter(part.at(-1)) && isWordCharacter(text[at + part.length]));
    if (!isWhole) continue;
    found += 1;
    yield at;
  }
}

/** Finds the places of the findings in a text, in the text's order. Names that the code puts together at run time have none. */
export function findPlaces(text: string, findings: Findings = {}): Place[] {
  const names = new Set(TOPICS.flatMap((topic) => findings[topic] ?? []));
  const places: Omit<Place, 'line'>[] = [];
  for (const name of names) {
    const part = partOf(name);
    if (part.length < 2) continue;
    for (const from of placesOf(text, part)) places.push({ name, from, to: from + part.length });
  }
  places.sort((one, other) => one.from - other.from);
  let line = 1;
  let read = 0;
  return places.map((place) => {
    for (let at = text.indexOf('\n', read); at >= 0 && at < place.from; at = text.indexOf('\n', read)) {
      line += 1;
      read = at + 1;
    }
    return { ...place, line };
  });
}
