import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { isMatch, isRecord, PLUGIN_ID } from '../contract/index.ts';
import { UsageError } from '../dev/usage-error.ts';
import { mergeJson, mergeTexts, type Conflict } from './merge-texts.ts';
import { filesOfVersions, readHistory } from './template-history.ts';
import { templateFor, TYPES, type Files } from './template.ts';

/** The files that are an example: from the moment of their creation they are the author's. */
const EXAMPLES = /^(?:plugin\.yaml|dashboards\/.*|mock\/.*|widget\/MyWidget.*)$/;

/** What an upgrade does to one file. */
export interface FileChange {
  /** Relative to the plugin's folder. */
  path: string;
  /**
   * `added`, `updated` and `removed`: the author had not changed it. `merged`: with the author's changes. `conflict`: the author changed
   * the same lines, so that the file stays and the new one is written beside it, as `<path>.new`.
   */
  kind: 'added' | 'updated' | 'removed' | 'merged' | 'conflict';
  /** The places in a JSON file that both changed, `scripts.test`, with the new values. The author's values stay. */
  kept?: readonly Conflict[];
  /** The difference as a unified diff: of a conflict, that between the author's file and the new one. */
  diff: string;
  /** The text that is written; absent if the file is removed. */
  text?: string;
}

/** The changes of an upgrade. */
export interface Upgrade {
  changes: FileChange[];
  /** The files that the author has removed, or changed although newer plugins do not have them; they stay so. */
  left: string[];
}

const readText = (path: string) =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UsageError(`${path} cannot be read: ${error.message}.`);
  });

/** What a plugin's package.json says about its template. */
interface Created {
  id: string;
  /** The source of this library, as an npm spec. */
  runtime: string;
  /** The version of the template from which it was made, or to which it was upgraded. */
  version: number;
}

/** Reads the package.json of a created plugin. @throws {UsageError} */
async function readCreated(folder: string): Promise<Created> {
  const text = await readText(join(folder, 'package.json'));
  const advice = 'Give the folder of a plugin that "nousviz-widget create" has written.';
  if (text === undefined) throw new UsageError(`${folder} has no package.json. ${advice}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`package.json is not JSON: ${(error as Error).message}. Correct it first.`);
  }
  const fields = isRecord(json) ? json : {};
  const recordOf = (name: string) => (isRecord(fields[name]) ? fields[name] : {});
  const packages = { ...recordOf('dependencies'), ...recordOf('devDependencies') };
  const runtime = packages['@nousviz/widget-runtime'];
  // The first template had no version.
  const { template: version = 1 } = recordOf('nousviz-widget');
  if (!isMatch(PLUGIN_ID, fields.name) || typeof runtime !== 'string' || typeof version !== 'number')
    throw new UsageError(`package.json is not that of a created plugin. ${advice}`);
  return { id: fields.name, runtime, version };
}

const withEnds = (text: string, like: string) =>
  like.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;

/**
 * Decides about one file.
 *
 * @param file The author's text; absent if there is no such file.
 * @param base The text in the template from which the plugin was made, if it had the file.
 * @param next The text in the present template, if it has the file.
 */
function changeOf(
  path: string,
  file: string | undefined,
  base: string | undefined,
  next: string | undefined,
): FileChange | 'left' | undefined {
  const own = file?.replaceAll('\r\n', '\n');
  const change = (kind: FileChange['kind'], text: string | undefined, kept: readonly Conflict[] = []) => ({
    path,
    kind,
    ...(kept.length > 0 && { kept }),
    diff: createTwoFilesPatch(path, path, own ?? '', text ?? '', '', '', { context: 2 }).replace(/^=+\n/, ''),
    ...(text !== undefined && { text: withEnds(text, file ?? '') }),
  });
  if (own === next || base === next) return undefined;
  if (own === undefined) return base === undefined ? change('added', next) : 'left';
  if (next === undefined) return own === base ? change('removed', undefined) : 'left';
  if (own === base) return change('updated', next);
  if (base === undefined) return change('conflict', next);
  if (path === 'package.json') {
    const { text, conflicts } = mergeJson(base, own, next);
    return change('merged', text, conflicts);
  }
  const merged = mergeTexts(base, own, next);
  return merged === undefined
    ? change('conflict', next)
    : merged === own
      ? undefined
      : change('merged', merged);
}

/**
 * Finds what brings a plugin to the present template, by comparing each file with the template from which it was made.
 *
 * @param folder The absolute path of the plugin's folder.
 * @param versions All files of each version of the template, the oldest first. @default those that are recorded
 * @throws {UsageError} if the folder is not that of a created plugin.
 */
export async function findUpgrade(folder: string, versions?: readonly Files[]): Promise<Upgrade> {
  const all = versions ?? filesOfVersions(await readHistory());
  const { id, runtime, version } = await readCreated(folder);
  const { rename, pathOf } = templateFor(id, runtime);
  const [before, present] = [all[version - 1], all.at(-1)!];
  if (!before)
    throw new UsageError(
      `package.json says that version ${version} of the template made this plugin, and this is version ${all.length}. Update @nousviz/widget-runtime.`,
    );
  const upgrade: Upgrade = { changes: [], left: [] };
  for (const path of [...new Set([before, present].flatMap((files) => Object.keys(files)))].toSorted()) {
    if (EXAMPLES.test(path)) continue;
    const textIn = ({ [path]: text }: Files) => (text === undefined || path === TYPES ? text : rename(text));
    const target = pathOf(path);
    const change = changeOf(target, await readText(join(folder, target)), textIn(before), textIn(present));
    if (change === 'left') upgrade.left.push(target);
    else if (change) upgrade.changes.push(change);
  }
  return upgrade;
}

/** Writes the changes of an upgrade. A file with a conflict stays as it is. */
export async function writeUpgrade(folder: string, { changes }: Upgrade): Promise<void> {
  for (const { path, kind, text } of changes) {
    const target = join(folder, kind === 'conflict' ? `${path}.new` : path);
    if (text === undefined) await rm(target);
    else {
      await mkdir(dirname(target), { recursive: true });
      const mode = (await stat(target).catch(() => undefined))?.mode;
      await writeFile(target, text, mode === undefined ? {} : { mode });
    }
  }
}

/** Formats an upgrade for people: the differences, then one line for each file. @param isDry Whether nothing was written. */
export function formatUpgrade({ changes, left }: Upgrade, isDry: boolean): string {
  if (changes.length === 0) return 'This plugin is up to date.';
  const width = Math.max(...changes.map(({ kind }) => kind.length));
  const conflicts = changes.filter(({ kind }) => kind === 'conflict');
  const lines = changes.flatMap(({ path, kind, kept = [] }) => [
    `  ${kind.padEnd(width)}  ${path}${kind === 'conflict' ? `: yours stays, the new one is ${path}.new` : ''}`,
    ...kept.map(({ place, next }) => `  ${' '.repeat(width)}  ${place}: yours stays, the new one is ${next}`),
  ]);
  return [
    ...changes.map(({ diff }) => diff),
    ...lines,
    ...left.map((path) => `  ${'left'.padEnd(width)}  ${path}: as you made it`),
    '',
    isDry
      ? 'Nothing is written. Run it without --dry-run to write these changes.'
      : `Written. Run "npm install", then "npm run lint", "npm run types" and "npm test".${
          conflicts.length > 0 ? ' Take what you need from each .new file, then remove it.' : ''
        }`,
  ].join('\n');
}
