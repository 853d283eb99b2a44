import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

type Manifest = Partial<Record<`${'d' | 'peerD' | 'optionalD'}ependencies`, Record<string, string>>>;

/** The packages that a manifest declares, by path. An installation while a process watches changes them. */
const known = new Map<string, { changed: number; names: ReadonlySet<string> }>();

/** The packages that the package in a folder declares, of whatever kind. */
export function declaredIn(folder: string): ReadonlySet<string> {
  const path = join(folder, 'package.json');
  try {
    const { mtimeMs: changed } = statSync(path);
    const last = known.get(path);
    if (last?.changed === changed) return last.names;
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    const { dependencies, peerDependencies, optionalDependencies } = manifest;
    const names = new Set(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }));
    known.set(path, { changed, names });
    return names;
  } catch {
    return new Set();
  }
}
