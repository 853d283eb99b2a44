import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

type Manifest = Partial<Record<`${'d' | 'peerD' | 'optionalD'}ependencies`, Record<string, string>>> & {
  type?: unknown;
  module?: unknown;
  exports?: unknown;
};

/** What a manifest says about its package. */
interface Facts {
  declared: ReadonlySet<string>;
  hasModules: boolean;
}

const NONE: Facts = { declared: new Set(), hasModules: false };

/** The facts by path. An installation while a process watches changes them. */
const known = new Map<string, Facts & { changed: number }>();

function factsOf(folder: string): Facts {
  const path = join(folder, 'package.json');
  try {
    const { mtimeMs: changed } = statSync(path);
    const last = known.get(path);
    if (last?.changed === changed) return last;
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    const { dependencies, peerDependencies, optionalDependencies, type, module, exports } = manifest;
    const facts = {
      changed,
      declared: new Set(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })),
      hasModules:
        type === 'module' ||
        typeof module === 'string' ||
        /"(?:import|module)":|\.mjs"/.test(JSON.stringify(exports ?? '')),
    };
    known.set(path, facts);
    return facts;
  } catch {
    return NONE;
  }
}

/** The packages that the package in a folder declares, of whatever kind. */
export const declaredIn = (folder: string): ReadonlySet<string> => factsOf(folder).declared;

/** Whether the package in a folder seems to have ES modules. */
export const hasModules = (folder: string): boolean => factsOf(folder).hasModules;
