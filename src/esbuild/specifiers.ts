import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { BuildOptions } from 'esbuild';
import {
  declaredIn,
  hasModules,
  installedFolder,
  isInstalled,
  isPackage,
  packageOf,
  readText,
} from '../bundling/index.ts';

const IMPORTED =
  /\b(?:from|import|require)\s{0,9}\(?\s{0,9}(?:\/\*[^*]{0,500}\*\/\s{0,9})?["']([^"'\n]{1,500})["']/g;

/** The specifiers that a module's text seems to import. */
export const importsIn = (text: string): string[] =>
  [...text.matchAll(IMPORTED)].map(([, specifier = '']) => specifier);

/** The paths of a build's entry points, as the author wrote them. */
export const entryPaths = ({ entryPoints = [] }: BuildOptions): string[] =>
  (Array.isArray(entryPoints) ? entryPoints : Object.values(entryPoints)).map((one) =>
    typeof one === 'string' ? one : one.in,
  );

const ENDINGS = ['', '.tsx', '.ts', '.jsx', '.js', '/index.tsx', '/index.ts', '/index.jsx', '/index.js'];

/** The packages that the author's modules import, found by the texts of those that are reached by path. */
function ownPackages(entries: readonly string[]): Set<string> {
  const names = new Set<string>();
  const paths = new Set(entries);
  // A set also iterates over what is added meanwhile.
  for (const path of paths) {
    if (isPackage(path)) continue;
    for (const specifier of importsIn(readText(path))) {
      const name = packageOf(specifier);
      if (name) names.add(name);
      if (!/^\.{1,2}\//.test(specifier)) continue;
      const stem = join(dirname(path), specifier);
      const found = [stem, stem.replace(/\.js$/, '')].flatMap((one) => ENDINGS.map((end) => one + end));
      paths.add(found.find((one) => readText(one) !== '') ?? path);
    }
  }
  return names;
}

/** The packages that the plugin has to resolve, by name. */
interface ToResolve {
  names: Set<string>;
  /** Those with React whose modules are CommonJS. */
  requireReact: Set<string>;
}

/**
 * The packages that the plugin has to resolve: those that the author's modules import, those that are named like a module of Node,
 * and those that packages declare and that are not installed. Packages import each other thousands of times, and a call of the
 * plugin takes longer than esbuild's own search.
 */
export function packagesToResolve(options: BuildOptions): ToResolve {
  const entries = entryPaths(options).map((path) => resolve(options.absWorkingDir ?? '', path));
  const own = ownPackages(entries);
  const installed = new Set(own);
  const names = new Set([...own, ...builtinModules]);
  const requireReact = new Set<string>();
  // A set also iterates over what is added meanwhile.
  for (const name of installed)
    for (const entry of entries) {
      const folder = installedFolder(name, entry);
      const declared = folder ? declaredIn(folder) : new Set<string>();
      if (folder && name !== 'react-dom' && declared.has('react') && !hasModules(folder))
        requireReact.add(name);
      for (const dependency of declared)
        (entries.every((one) => isInstalled(dependency, one)) ? installed : names).add(dependency);
    }
  return { names, requireReact };
}

/**
 * The specifiers that name no package: aliases and schemes such as `node:`.
 *
 * Here and below: esbuild tests each pattern on each import. Its engine is fast for patterns whose next character decides between the
 * branches, and for those that begin with a literal.
 */
export const UNNAMED = /^(?:[^\w@./]|@\/|[a-z]+:)/;

/** A pattern for the specifiers of some packages. */
export function specifiersOf(names: Iterable<string>): RegExp {
  const all = new Set(names);
  const isCovered = (name: string) =>
    !name.startsWith('@') && name.includes('/') && all.has(name.split('/')[0]!);
  const escaped = [...all]
    .filter((name) => !isCovered(name))
    // The engine joins the beginnings of neighbours.
    .toSorted()
    .map((name) => name.replace(/[^\w/]/g, String.raw`\$&`));
  return new RegExp(String.raw`^(?:${escaped.join('|')})(?:/|$)`);
}
