import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createProblem, type Problem } from '../bundling/index.ts';
import { ENGINES, isRecord, misfitsOf } from '../contract/index.ts';
import { suggest } from '../contract/words.ts';
import type { PluginFolder } from '../dev/index.ts';
import { intersects, needsOf, placesIn } from '../server/tools.ts';

declare const __VERSION__: string;

/** A supported major version of React. */
export type React = 18 | 19;

/** The supported versions of each major version. */
const SUPPORTED: Record<React, string> = { 18: '>=18.3.0 <19.0.0', 19: '>=19.0.0 <20.0.0' };

/** Whether a bundle runs on a version of React, as far as its bytes say. */
export interface ReactVerdict {
  react: React;
  /** Relative to the plugin's folder. */
  file: string;
  /** `may fail`: it uses something that this React lacks, and may check before that it exists. */
  verdict: 'runs' | 'may fail' | 'fails';
  /** The codes of the problems that say so, each once. */
  codes: string[];
}

const isOn = (react: React, { reacts }: Problem) => reacts?.includes(react) ?? false;

/** Decides for each bundle and each of these versions of React whether it runs there. */
export function verdictsOn(
  reacts: readonly React[],
  { components }: Pick<PluginFolder, 'components'>,
  problems: readonly Problem[],
): ReactVerdict[] {
  const files = [...new Set(components.map(({ path }) => path))];
  return reacts.flatMap((react) =>
    files.map((file) => {
      const own = problems.filter((problem) => problem.file === file);
      const errors = own.filter(
        (problem) => problem.level === 'error' && (!problem.reacts || isOn(react, problem)),
      );
      const found = errors.length > 0 ? errors : own.filter((problem) => isOn(react, problem));
      const verdict = errors.length > 0 ? 'fails' : found.length > 0 ? 'may fail' : 'runs';
      return { react, file, verdict, codes: [...new Set(found.map(({ code }) => code))] };
    }),
  );
}

/** Formats verdicts as one block; `[]` if there are none. */
export function formatVerdicts(verdicts: readonly ReactVerdict[]): string[] {
  if (verdicts.length === 0) return [];
  const width = Math.max(...verdicts.map(({ file }) => file.length));
  return [
    '',
    ...verdicts.map(({ react, file, verdict, codes }) => {
      const why = codes.length > 0 ? `: ${codes.join(', ')}` : '';
      return `React ${react}  ${file.padEnd(width)}  ${verdict}${why}`;
    }),
  ];
}

/** Reports keys that look like a misspelt `engines`, or like one of its names. Others may be for other programs. */
function misspeltKeys(text: string, file: string): Problem[] {
  const manifest = parse(text) as unknown;
  if (!isRecord(manifest)) return [];
  const { engines } = manifest;
  const report = (place: string, owner: string, path: string, key: string, known: readonly string[]) => {
    const [meant] = suggest(key, known);
    if (meant === undefined || known.includes(key)) return [];
    const details = { file, place, owner, key, remedy: `Write "${meant}"` };
    return [createProblem('warning', 'UNKNOWN_KEY', details, placesIn(text)(path, true))];
  };
  return [
    ...('engines' in manifest
      ? []
      : Object.keys(manifest).flatMap((key) => report('The manifest', 'manifests', key, key, ['engines']))),
    ...(isRecord(engines) ? Object.keys(engines) : []).flatMap((key) =>
      report('engines', 'the engines of manifests', `engines.${key}`, key, ENGINES),
    ),
  ];
}

/**
 * Compares what the manifest says under `engines` with this version of the library and with the bundles.
 *
 * @returns The problems without those that occur only where the plugin does not run, and what was found besides.
 */
export async function checkEngines(
  plugin: PluginFolder,
  problems: readonly Problem[],
): Promise<{ kept: Problem[]; found: Problem[] }> {
  const { folder, file, manifest, components } = plugin;
  const { engines } = manifest ?? {};
  if (!manifest) return { kept: [...problems], found: [] };
  const text = await readFile(join(folder, file), 'utf8');
  const misspelt = misspeltKeys(text, file);
  if (!engines) return { kept: [...problems], found: misspelt };
  const placeOf = placesIn(text);
  const misfits = misfitsOf(needsOf(engines) ?? '', { 'nousviz-runtime': __VERSION__ }).map((misfit) =>
    createProblem(
      'warning',
      'DOES_NOT_FIT',
      { file, needs: `${misfit.engine} ${misfit.range}`, found: `nousviz-runtime ${misfit.found}` },
      placeOf(`engines.${misfit.engine}`),
    ),
  );
  const found = [...misspelt, ...misfits];
  const { react: range } = engines;
  if (range === undefined) return { kept: [...problems], found };
  const meant = ([18, 19] as const).filter((react) => intersects(range, SUPPORTED[react]));
  const kept = problems.filter(({ reacts }) => !reacts || reacts.some((react) => meant.includes(react)));
  const verdicts = verdictsOn(
    meant,
    { components },
    kept.filter(({ reacts }) => reacts?.length === 1),
  );
  for (const { react, file: bundle, verdict, codes } of verdicts)
    if (verdict !== 'runs')
      found.push(
        createProblem(
          'warning',
          'ENGINES_TOO_WIDE',
          { file, range, bundle, react: String(react), codes: codes.join(', ') },
          placeOf('engines.react'),
        ),
      );
  return { kept, found };
}
