import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildMessage } from '../build-messages.ts';

type Compile = (
  css: string,
  options: {
    polyfills: 0;
    loadStylesheet(id: string): Promise<{ path: string; base: string; content: string }>;
  },
) => Promise<{ build(candidates: string[]): string }>;

/** Tailwind's engine, as a plugin has it installed. */
export interface Tailwind {
  /** Compiles the classes among some words with a style sheet for Tailwind. @returns CSS */
  build(css: string, words: readonly string[]): Promise<string>;
}

/** Packages with which a plugin compiles a Tailwind of its own. */
const OWN_BUILD = ['@tailwindcss/vite', '@tailwindcss/postcss', '@tailwindcss/cli'];

function readPackages(folder: string): Set<string> {
  try {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string> | undefined>;
    return new Set(Object.keys({ ...dependencies, ...devDependencies }));
  } catch {
    return new Set();
  }
}

/** The folder and the version of the installed package, from which it is found. */
function locate(folder: string): { require: NodeJS.Require; root: string; version: string } | undefined {
  try {
    const require = createRequire(join(folder, 'package.json'));
    const path = require.resolve('tailwindcss/package.json');
    return { require, root: dirname(path), version: (require(path) as { version: string }).version };
  } catch {
    return undefined;
  }
}

/**
 * Finds the Tailwind that compiles the classes of a plugin's widgets into their bundles.
 *
 * @param folder The folder of the plugin's `package.json`.
 * @param wanted `true` demands it, and `false` turns it off. @default on if `package.json` lists Tailwind 4.1, and no package with
 * which the plugin runs Tailwind itself
 * @throws {Error} `TAILWIND_MISSING` if it is demanded, or in `package.json`, and not installed.
 */
export function findTailwind(folder: string, wanted?: boolean): Tailwind | undefined {
  if (wanted === false) return undefined;
  const packages = readPackages(folder);
  const isListed = packages.has('tailwindcss') && !OWN_BUILD.some((name) => packages.has(name));
  if (!wanted && !isListed) return undefined;
  const found = locate(folder);
  const isOld = found && /^(?:[0-3]|4\.0)\./.test(found.version);
  if (isOld && !wanted) return undefined;
  if (!found || isOld)
    throw new Error(
      buildMessage('TAILWIND_MISSING', { found: found ? `Tailwind ${found.version}` : 'no Tailwind' }),
    );
  const { require, root } = found;
  return {
    async build(css, words) {
      const { compile } = require('tailwindcss') as { compile: Compile };
      const { build } = await compile(css, {
        // The fallbacks for older browsers than this library's apply to all elements of the page.
        polyfills: 0,
        loadStylesheet: async (id) => {
          const path = join(root, id.replace(/^tailwindcss\//, ''));
          return { path, base: root, content: readFileSync(path, 'utf8') };
        },
      });
      return build([...words]);
    },
  };
}
