import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compileClasses,
  createProblem,
  findTailwind,
  styledClasses,
  type Problem,
} from '../bundling/index.ts';
import { THEME_COLORS } from '../contract/index.ts';
import { suggest } from '../contract/words.ts';
import { readOwnClasses, type PluginFolder } from '../dev/index.ts';

/** The class of the dark theme, which hosts set. */
const DARK = 'dark';

/** The classes of the same kind for the theme's colours: `hover:bg-card` and so on for `hover:bg-cart`. */
function themeClasses(name: string): string[] {
  const [start] = /^(?:.*:)?[a-z]+-/.exec(name) ?? [];
  return start === undefined ? [] : THEME_COLORS.map((color) => start + color);
}

/** The classes in the style sheets of the plugin's bundles. */
async function classesInBundles({ folder, components }: PluginFolder): Promise<Set<string>> {
  const texts = await Promise.all(
    components.map(({ path }) => readFile(join(folder, path), 'utf8').catch(() => '')),
  );
  return new Set(texts.flatMap((text) => [...styledClasses(text)]));
}

/**
 * Reports the classes in a widget's sources that neither Tailwind nor a style sheet in the bundle knows. Without a Tailwind of its
 * own, a plugin uses the classes of hosts, which cannot be known here.
 */
export async function checkClasses(plugin: PluginFolder): Promise<Problem[]> {
  const tailwind = findTailwind(plugin.folder);
  if (!tailwind) return [];
  const sources = await readOwnClasses(plugin);
  const words = sources.flatMap(({ names }) => names.map(({ name }) => name));
  const compiled = await compileClasses(tailwind, words);
  const known = [
    ...(compiled?.classes ?? []),
    ...(compiled?.named ?? []),
    ...(await classesInBundles(plugin)),
    DARK,
  ];
  const isKnown = new Set(known);
  const unknownIn = sources.map(({ names }) =>
    names.filter(({ name, isClass }) => isClass && !isKnown.has(name)),
  );
  const themed = await compileClasses(
    tailwind,
    unknownIn.flat().flatMap(({ name }) => themeClasses(name)),
  );
  const candidates = [...known, ...(themed?.classes ?? [])];
  return sources.flatMap(({ file, text }, index) =>
    unknownIn[index]!.map(({ name, start }) => {
      const before = text.slice(0, start).split('\n');
      const [similar] = suggest(name, candidates);
      const remedy = similar ? `Did you mean "${similar}"? Correct the name` : 'Correct the name';
      return createProblem(
        'warning',
        'UNSTYLED_CLASS',
        { file, name, remedy },
        { line: before.length, column: before.at(-1)!.length + 1 },
      );
    }),
  );
}
