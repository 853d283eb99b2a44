import { problemsOf, textOf } from './problems.ts';
import { findCopies, type SourceModule } from './react.ts';
import { buildMessage } from './build-messages.ts';

/** What is wrong with a bundle that was just built, as one line. */
export interface Finding {
  level: 'error' | 'warning';
  text: string;
}

/**
 * Looks into a bundle that was just built for what would throw in a page.
 *
 * @param readModules what it was made of, asked for where it carries a React of its own.
 */
export async function scan(
  text: string,
  file: string,
  readModules: () => Promise<SourceModule[]>,
): Promise<Finding[]> {
  const problems = problemsOf(text, file);
  const copies = problems.some(({ code }) => code === 'BUNDLES_REACT') ? findCopies(await readModules()) : [];
  return [
    ...copies.map(({ path, importers }): Finding => {
      const importer = importers.join(', ') || 'the bundle';
      return { level: 'error', text: buildMessage('VENDORED_REACT', { file: path, importer }) };
    }),
    ...problems
      .filter(({ code }) => copies.length === 0 || code !== 'BUNDLES_REACT')
      .map((problem): Finding => ({ level: problem.level, text: textOf(problem) })),
  ];
}
