import { plural } from '../plural.ts';

/** The texts of the code view and of differences, which load with them. */
export const code = {
  label: (file: string) => `Code of ${file}, formatted`,
  search: 'Search in the code',
  /** The texts of the search in the code, by their English ones: `{ Find: 'Suchen' }`. */
  phrases: {} as Readonly<Record<string, string>>,
  places: 'Places of the findings',
  newPlaces: 'Findings in the new lines',
  line: (line: number) => `line ${line}`,
  asWritten: 'The code could not be formatted, so it is shown as it is.',
  difference: (file: string) => `Changes in ${file}`,
  added: (count: number) => plural(count, 'line added', 'lines added'),
  removed: (count: number) => plural(count, 'line removed', 'lines removed'),
  equal: 'The formatted code is the same.',
  unchanged: (count: number) => plural(count, 'unchanged line', 'unchanged lines'),
  tooDifferent: 'The versions differ too much for a comparison by lines. Read the code of the new one.',
};
