import { plural } from '../plural.ts';

/** The texts of the code view and of differences, which load with them. */
export const code = {
  label: (file: string, isFormatted: boolean) =>
    `Code of ${file}, ${isFormatted ? 'formatted' : 'as written'}`,
  raw: 'Show as written',
  search: 'Search in the code',
  previous: 'Previous',
  next: 'Next',
  /** @param current The number of the match that is shown, 0 if none is. */
  match: (current: number, all: number) =>
    current > 0 ? `${current} of ${all}` : plural(all, 'match', 'matches'),
  notFound: 'Not found',
  /** The texts of the editor, by their English ones: `{ 'current match': 'Fundstelle' }`. */
  phrases: {} as Readonly<Record<string, string>>,
  places: 'Places of the findings',
  newPlaces: 'Findings in the new lines',
  /** The mark of a finding whose name the old version does not have. */
  newName: 'new',
  nextPlace: 'Next finding',
  /** The finding that is shown, and where it is. */
  atPlace: (current: number, all: number, name: string, line: number) =>
    `Finding ${current} of ${all}: ${name}, line ${line}`,
  line: (line: number) => `line ${line}`,
  asWritten: 'The code could not be formatted, so it is shown as it is.',
  difference: (file: string) => `Changes in ${file}`,
  added: (count: number) => plural(count, 'line added', 'lines added'),
  removed: (count: number) => plural(count, 'line removed', 'lines removed'),
  equal: 'The formatted code is the same.',
  unchanged: (count: number) => plural(count, 'unchanged line', 'unchanged lines'),
  tooDifferent: 'The versions differ too much for a comparison by lines. Read the code of the new one.',
};
