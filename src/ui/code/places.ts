import { findingPlaces } from '../../bundle/parsed.ts';
import { shimOf, type Findings } from '../../contract/index.ts';

/** A place of a finding in a text. */
export interface Place {
  /** The name that was found. */
  name: string;
  /** The characters of the text, from the first to after the last, in one line. */
  from: number;
  to: number;
  /** Counted from 1. */
  line: number;
  /** The number of characters before it in its line. */
  column: number;
}

type Range = Pick<Place, 'name' | 'from' | 'to'>;

/** The largest number of places of one name. */
const MAX_PLACES = 50;

/** The topics of findings whose places are shown. */
const TOPICS: readonly (keyof Findings)[] = ['reaches', 'hosts', 'api_paths', 'imports'];

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

/** The places of names in a text that is no program. */
function* rangesOf(text: string, findings: Findings): Generator<Range> {
  for (const name of new Set(TOPICS.flatMap((topic) => findings[topic] ?? []))) {
    const part = partOf(name);
    if (part.length < 2) continue;
    for (const from of placesOf(text, part)) yield { name, from, to: from + part.length };
  }
}

/**
 * Finds the places of the findings in formatted code, in the text's order, also where the code has other names for them.
 *
 * @param findings Those of the server, which are searched as words if the text cannot be read as a program.
 */
export function findPlaces(text: string, findings: Findings = {}): Place[] {
  const found = findingPlaces(text)?.filter(
    ({ topic, name }) => TOPICS.includes(topic) && !(topic === 'imports' && shimOf(name)),
  );
  const ranges: Range[] = found ?? [...rangesOf(text, findings)];
  ranges.sort((one, other) => one.from - other.from);
  let line = 1;
  let read = 0;
  return ranges.map(({ name, from, to }) => {
    for (let at = text.indexOf('\n', read); at >= 0 && at < from; at = text.indexOf('\n', read)) {
      line += 1;
      read = at + 1;
    }
    const end = text.indexOf('\n', from);
    return { name, from, to: end < 0 ? to : Math.min(to, end), line, column: from - read };
  });
}
