import { createProblem, problemsOf, type Problem } from './problems.ts';
import { findCopies, type SourceModule } from './react.ts';

/**
 * Scans a new bundle for code that would throw in a page.
 *
 * @param readModules Reads the modules of the bundle. Called only if the bundle contains a React.
 */
export async function scan(
  text: string,
  file: string,
  readModules: () => Promise<SourceModule[]>,
): Promise<Problem[]> {
  const problems = problemsOf(text, file);
  const copies = problems.some(({ code }) => code === 'BUNDLES_REACT') ? findCopies(await readModules()) : [];
  if (copies.length === 0) return problems;
  return [
    ...copies.map(({ path, importers }) =>
      createProblem('error', 'VENDORED_REACT', {
        file: path,
        importer: importers.join(', ') || 'the bundle',
      }),
    ),
    ...problems.filter(({ code }) => code !== 'BUNDLES_REACT'),
  ];
}
