import type { BuildFailure, BuildResult, Message, Plugin, PluginBuild } from 'esbuild';
import { RARE_GLOBALS } from '../bundling/index.ts';
import type { BuildPlace } from './place.ts';

/**
 * Whether a first build may have to be thorough: a package refers to files, the plugin has to resolve more, or it has to replace more
 * globals.
 */
export function isDoubtful(
  { outputFiles = [], warnings }: BuildResult,
  { isIncomplete }: BuildPlace,
): boolean {
  if (isIncomplete || warnings.some(({ id }) => id === 'empty-import-meta')) return true;
  const texts = outputFiles.filter(({ path }) => /\.m?js$/.test(path)).map(({ text }) => text);
  return texts.some((text) => ['import.meta', ...RARE_GLOBALS].some((name) => text.includes(name)));
}

/**
 * Builds again with a plugin that leaves less to esbuild. That is rarely necessary, and to do it in each first build would take longer.
 *
 * @param result The result of the first build, which gets the files of the second.
 * @param replace Replaces the plugin by that one.
 * @returns the additional messages of the second build.
 */
export async function buildAgain(
  { initialOptions, esbuild }: PluginBuild,
  result: BuildResult,
  replace: (plugin: Plugin) => Plugin,
): Promise<Pick<BuildResult, 'errors' | 'warnings'>> {
  const known = new Set(result.warnings.map(({ text }) => text));
  const added = (warnings: Message[]) => warnings.filter(({ text }) => !known.has(text));
  const plugins = initialOptions.plugins?.map(replace) ?? [];
  try {
    const again = await esbuild.build({ ...initialOptions, plugins, metafile: true, logLevel: 'silent' });
    const { outputFiles, metafile } = again;
    Object.assign(result, { outputFiles, metafile });
    return { errors: [], warnings: added(again.warnings) };
  } catch (thrown) {
    const { errors, warnings } = thrown as BuildFailure;
    return { errors, warnings: added(warnings) };
  }
}
