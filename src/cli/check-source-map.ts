import { lstat, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createProblem, splitSourceMap, type Problem } from '../bundling/index.ts';
import { isRecord, type ComponentDeclaration } from '../contract/index.ts';
import { innerFile, MAX_BUNDLE_BYTES } from '../server/tools.ts';

/** A reason why a server or a browser cannot use a source map, and what to do about it. */
type Reason = [reason: string, remedy: string];

const MIB = 2 ** 20;
const AGAIN = 'Build again with npx nousviz-widget build --sourcemap';

/** What is wrong with the text of a source map. */
function reasonInText(text: string): Reason | undefined {
  let map: unknown;
  try {
    map = JSON.parse(text);
  } catch {
    return ['which is not JSON', AGAIN];
  }
  if (!isRecord(map) || map.version !== 3) return ['which is not a source map of version 3', AGAIN];
  if (Array.isArray(map.sections))
    return [
      'which has sections that error cards do not read',
      'Join its sections, or build it with the command',
    ];
  return typeof map.mappings === 'string' ? undefined : ['which has no mappings', AGAIN];
}

/** Why a server or a browser cannot use a source map; `undefined` if they can. */
async function reasonAgainst(
  folder: string,
  name: string,
  { path, filename }: ComponentDeclaration,
): Promise<Reason | undefined> {
  const expected = `${filename}.map`;
  if (name !== expected)
    return [
      `but the host API serves only ${expected}`,
      `Write the map to ${expected} beside the bundle, as npx nousviz-widget build --sourcemap does`,
    ];
  const file = await innerFile(folder, `${path}.map`);
  if (!file)
    return (await lstat(join(folder, `${path}.map`)).catch(() => undefined))
      ? ['which is not a file in the folder of the plugin', 'Put the file itself there']
      : ['which is missing', AGAIN];
  const { size } = await stat(file);
  if (size > MAX_BUNDLE_BYTES)
    return [
      `which is ${(size / MIB).toFixed(1)} MiB, and hosts serve at most ${MAX_BUNDLE_BYTES / MIB} MiB`,
      'Import only the parts of packages that the widget needs',
    ];
  try {
    return reasonInText(await readFile(file, 'utf8'));
  } catch (thrown) {
    return [`which cannot be read (${(thrown as NodeJS.ErrnoException).code})`, 'Check its permissions'];
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
  const found = await reasonAgainst(folder, map, component);
  if (!found) return [];
  const [reason, remedy] = found;
  const place = { component: component.name, file: component.path };
  return [createProblem('warning', 'SOURCE_MAP_UNUSABLE', { ...place, map, reason, remedy })];
}
