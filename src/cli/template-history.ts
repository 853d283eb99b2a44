import { readFile } from 'node:fs/promises';
import { packageFile } from '../server/tools.ts';
import type { Files } from './template.ts';

/** What a version of the template has that the version before does not: the texts of its files, `null` for a file that is gone. */
export interface TemplateVersion {
  /** 1 for the template with which upgrades began. */
  version: number;
  files: Readonly<Record<string, string | null>>;
}

/**
 * The version of the present template. It rises with the first change after a release, so that the files of every release stay known.
 */
export const TEMPLATE_VERSION = 2;

/** Reads all versions of the template, the oldest first. The last one is the present template. */
export async function readHistory(): Promise<TemplateVersion[]> {
  const text = await readFile(packageFile('src/cli/template-history.json'), 'utf8');
  return JSON.parse(text) as TemplateVersion[];
}

/** Returns all files of each version, the oldest first. */
export function filesOfVersions(history: readonly TemplateVersion[]): Files[] {
  const all: Files[] = [];
  for (const { files } of history) {
    const merged = { ...all.at(-1), ...files };
    all.push(
      Object.fromEntries(Object.entries(merged).filter((one): one is [string, string] => one[1] !== null)),
    );
  }
  return all;
}

/** Records a template under a version, in place of an earlier record of that version. */
export function record(
  history: readonly TemplateVersion[],
  version: number,
  template: Files,
): TemplateVersion[] {
  const earlier = history.filter((one) => one.version < version);
  const before = filesOfVersions(earlier).at(-1) ?? {};
  const changed = Object.entries(template).filter(([path, text]) => before[path] !== text);
  const gone = Object.keys(before).filter((path) => !(path in template));
  const files = Object.fromEntries([...changed, ...gone.map((path): [string, null] => [path, null])]);
  return Object.keys(files).length === 0 ? earlier : [...earlier, { version, files }];
}
