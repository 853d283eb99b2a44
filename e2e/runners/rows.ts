/** A test runner, in which authors test their widgets. */
export interface RunnerRow {
  name: string;
  /** The folder in `fixtures/runners`: the set-up that the guide shows. */
  folder: string;
  /** Packages that are installed over those of its lockfile. */
  packages?: readonly string[];
}

const JEST_29 = ['jest@29', 'jest-environment-jsdom@29'];
const JEST_30 = ['jest@30', 'jest-environment-jsdom@30', 'babel-jest@30'];
const REACT_18 = ['react@18.3', 'react-dom@18.3'];

export const ROWS: readonly RunnerRow[] = [
  { name: 'Vitest 3 with jsdom', folder: 'vitest-3' },
  { name: 'Vitest 4 with jsdom', folder: 'vitest-4' },
  { name: 'Vitest 4 with happy-dom', folder: 'vitest-happy-dom' },
  { name: 'Jest 29 with Babel', folder: 'jest-babel' },
  { name: 'Jest 30 with Babel', folder: 'jest-babel', packages: JEST_30 },
  { name: 'Jest 30 with SWC', folder: 'jest-swc' },
  { name: 'Jest 29 with SWC, on React 18', folder: 'jest-swc', packages: [...JEST_29, ...REACT_18] },
  { name: 'Jest 30 with ts-jest', folder: 'jest-ts' },
  { name: 'Jest 30 with ES modules', folder: 'jest-esm' },
  { name: 'Jest 29 with ES modules', folder: 'jest-esm', packages: JEST_29 },
  { name: 'Jest 30 with happy-dom', folder: 'jest-happy-dom' },
  { name: 'Node’s own runner with jsdom', folder: 'node' },
];
