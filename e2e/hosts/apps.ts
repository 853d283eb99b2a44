/** A host app of `fixtures/hosts`. */
export interface HostApp {
  folder: string;
  /** Packages that replace those in its lockfile, in npm's notation. */
  packages?: string[];
}

/** A row of the table of host apps in `README.md`. */
export interface HostRow extends HostApp {
  name: string;
  /** The package whose version the table has. */
  bundler: string;
  /** The versions of React that the app is built with; the first is the one in its lockfile. */
  react: readonly (18 | 19)[];
  /** Packages that another version of React needs. */
  packagesFor?: { 18?: string[]; 19?: string[] };
  /** The script of its package.json that builds it. @default 'build' */
  build?: string;
  /** The arguments of its script `dev`. Absent if its development server is not tested. */
  dev?: string[];
  /** Present if it is built with `nousvizHost`; `buildsWidgets` if its Vite can also build widgets. */
  vite?: { buildsWidgets: boolean };
  /** Present if the bundler replaces an `import()` that has no magic comment; `warns` if its output says so. */
  replacesImport?: { warns: boolean };
  /** Warnings of the build that this library does not cause. */
  ownWarnings?: RegExp;
  /** Whether it brings its own copy of React, so that the installed one is not on its pages. */
  bringsReact?: boolean;
}

/** The oldest supported versions of a host app's packages. */
const OLDEST = ['@testing-library/react@13.4.0', 'esbuild@0.18.14'];
const VITE = { folder: 'vite', bundler: 'vite', dev: ['--host', '127.0.0.1', '--port', '0'] };
const NEXT = {
  folder: 'next',
  bundler: 'next',
  react: [19],
  bringsReact: true,
  // Next's advice where the variable CI is set.
  ownWarnings: /.*No build cache found.*/g,
} as const;
const EITHER = [19, 18] as const;

/** The packages that replace an app's React. */
export const REACT = {
  18: ['react@18.3.1', 'react-dom@18.3.1'],
  19: ['react@19.3.1', 'react-dom@19.3.1'],
} as const;

/** The tested host apps. The slowest are first. */
export const APPS: HostRow[] = [
  { name: 'Next 16, webpack', ...NEXT, build: 'build:webpack' },
  { name: 'Next 16, Turbopack', ...NEXT, build: 'build:turbopack', replacesImport: { warns: false } },
  {
    name: 'Vite 5',
    ...VITE,
    react: [18, 19],
    packages: OLDEST,
    // The oldest works with React 18 only.
    packagesFor: { 19: ['@testing-library/react@16.3.3', '@testing-library/dom@10.4.2'] },
    vite: { buildsWidgets: false },
  },
  { name: 'Vite 6', ...VITE, react: [18, 19], packages: ['vite@6.4.6'], vite: { buildsWidgets: false } },
  { name: 'Vite 7', ...VITE, react: [18, 19], packages: ['vite@7.3.8'], vite: { buildsWidgets: false } },
  { name: 'Vite 8', ...VITE, react: [18, 19], packages: ['vite@8.3.8'], vite: { buildsWidgets: true } },
  {
    name: 'webpack 5',
    folder: 'webpack',
    bundler: 'webpack',
    react: EITHER,
    replacesImport: { warns: true },
  },
  {
    name: 'Rspack 2',
    folder: 'rspack',
    bundler: '@rspack/core',
    react: EITHER,
    dev: [],
    replacesImport: { warns: true },
  },
  { name: 'Parcel 2', folder: 'parcel', bundler: 'parcel', react: EITHER },
  { name: 'Rollup 4', folder: 'rollup', bundler: 'rollup', react: EITHER },
  { name: 'esbuild', folder: 'esbuild', bundler: 'esbuild', react: EITHER },
  {
    name: 'React Router 7',
    folder: 'react-router',
    bundler: '@react-router/dev',
    react: EITHER,
    // React Router's own settings.
    ownWarnings: /.*Future Flag Warning.*/g,
  },
];
