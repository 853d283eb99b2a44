import { isPackage } from './assets.ts';
import { findLeftovers, nodeNamesIn, type Leftover } from './node-leftovers.ts';
import { findOwnGlobals } from './own-globals.ts';
import { createProblem, readProblems, type Problem } from './problems.ts';
import { findCopies, type SourceModule } from './react.ts';

/** The remedies of a build with a bundler plugin, where those for other builds name flags. */
const FIXES: Partial<Record<Problem['code'], string>> = {
  BARE_IMPORT: 'Remove it from the option "external" of the build.',
  BARE_REACT: 'Remove it from the option "external" of the build: the plugin replaces React itself.',
  BUNDLES_REACT: 'Remove the copy of React from the sources and their packages.',
  OLD_JSX_RUNTIME:
    'Update the package that has this runtime, or ask its authors to import "react/jsx-runtime".',
  DYNAMIC_REQUIRE:
    'Remove it from the option "external" of the build, or use a package that works in browsers.',
  IMPORT_FAILED: 'Remove it from the option "external" of the build.',
};

function withFix(problem: Problem): Problem {
  const fix = FIXES[problem.code];
  if (!fix) return problem;
  const { copy: _, ...rest } = problem;
  return { ...rest, fix };
}

/** The problems of those names that are left in the bundle, and that it does not declare. */
function readLeftovers(text: string, file: string, found: readonly Leftover[]): Problem[] {
  if (found.length === 0) return [];
  const names = new Set(readProblems(text, file).nodeGlobals);
  return found.filter(({ name }) => names.has(name)).map(({ problem }) => problem);
}

/** Whether a module is a file of the author's, by its path in messages. */
const isOwnFile = ({ path }: SourceModule) =>
  /^[^?:]+\.[cm]?[jt]sx?$/.test(path) && !path.includes('\0') && !isPackage(`/${path}`);

/** The modules of a bundle, in which problems are located. Their texts are read only if there is one. */
export interface Sources {
  /** Lists all modules. */
  list(): SourceModule[];
  /** Lists those that may be the author's. @default all */
  listOwn?(): SourceModule[];
  /** The expressions that the author's build replaces. */
  defined?: ReadonlySet<string>;
}

/** The problems with Node's names in code that a bundler has just written, and in the author's sources of it. */
function scanNames(text: string, file: string, names: readonly string[], sources: Sources): Problem[] {
  const { defined, list, listOwn = list } = sources;
  return [
    ...readLeftovers(text, file, findLeftovers(names, names.length > 0 ? list() : [])),
    ...findOwnGlobals(listOwn().filter(isOwnFile), defined),
  ];
}

/** Scans a new script of a worker for code that would throw there. */
export const scanScript = (text: string, file: string, sources: Sources): Problem[] =>
  scanNames(text, file, nodeNamesIn(text), sources);

/** Scans a new bundle for code that would throw in a page. */
export function scan(text: string, file: string, sources: Sources): Problem[] {
  const problems = readProblems(text, file, { isNew: true })
    .problems.filter(({ code }) => code !== 'NODE_GLOBAL')
    .map(withFix);
  const leftovers = scanNames(text, file, nodeNamesIn(text), sources);
  const hasReact = problems.some(({ code }) => code === 'BUNDLES_REACT');
  const copies = hasReact ? findCopies(sources.list()) : [];
  if (copies.length === 0) return [...problems, ...leftovers];
  return [
    ...copies.map(({ path, importers }) =>
      createProblem('error', 'VENDORED_REACT', {
        file: path,
        importer: importers.join(', ') || 'the bundle',
      }),
    ),
    ...problems.filter(({ code }) => code !== 'BUNDLES_REACT'),
    ...leftovers,
  ];
}
