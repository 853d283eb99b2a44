import { readFile, stat } from 'node:fs/promises';
import { createProblem, splitSourceMap, type Problem } from '../bundling/index.ts';
import { isRecord, type ComponentDeclaration } from '../contract/index.ts';
import { innerFile, MAX_BUNDLE_BYTES } from '../server/tools.ts';

/** Why a server or a browser cannot use a source map; `undefined` if they can. */
async function reasonAgainst(folder: string, name: string, { path, filename }: ComponentDeclaration) {
  const expected = `${filename}.map`;
  if (name !== expected) return `but the host API serves only ${expected}`;
  const file = await innerFile(folder, `${path}.map`);
  if (!file) return 'which is missing';
  if ((await stat(file)).size > MAX_BUNDLE_BYTES) return `which is over ${MAX_BUNDLE_BYTES / 2 ** 20} MiB`;
  try {
    const map: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isRecord(map) && map.version === 3 ? undefined : 'which is not a source map of version 3';
  } catch {
    return 'which is not JSON';
  }
}

/** Checks the source map that a bundle names. A map inside of the bundle is part of the bundle. */
export async function checkSourceMap(
  folder: string,
  text: string,
  component: ComponentDeclaration,
): Promise<Problem[]> {
  const [, comment] = splitSourceMap(text);
  const map = comment.slice(comment.indexOf('=') + 1).trim();
  if (!map || map.startsWith('data:')) return [];
  const reason = await reasonAgainst(folder, map, component);
  const place = { component: component.name, file: component.path };
  return reason ? [createProblem('warning', 'SOURCE_MAP_UNUSABLE', { ...place, map, reason })] : [];
}
