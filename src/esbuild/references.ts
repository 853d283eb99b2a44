import { join } from 'node:path';
import type { BuildFailure, BuildResult, Message, Plugin, PluginBuild } from 'esbuild';
import { isPackage, readText, rewriteReferences } from '../bundling/index.ts';

/** The modules of packages in the bundles whose references to files have to become imports. */
function referringModules(
  { outputFiles = [], metafile, warnings }: BuildResult,
  folder: string,
): Set<string> {
  const isLowered = warnings.some(({ id }) => id === 'empty-import-meta');
  const isReferring =
    isLowered || outputFiles.some(({ path, text }) => /\.m?js$/.test(path) && text.includes('import.meta'));
  if (!isReferring) return new Set();
  const inputs = new Set(Object.values(metafile!.outputs).flatMap((output) => Object.keys(output.inputs)));
  const files = [...inputs]
    .filter((path) => /^[^:]+\.[cm]?[jt]sx?$/.test(path))
    .map((path) => join(folder, path));
  return new Set(
    files.filter((path) => isPackage(path) && rewriteReferences(readText(path), path, folder) !== undefined),
  );
}

/**
 * Builds again where a package refers to files. That is rare, and to read each module in the first build would take longer.
 *
 * @param result The result of the first build, which gets the files of the second.
 * @param replace Replaces the plugin by one that rewrites these modules.
 * @returns the additional messages of the second build.
 */
export async function followReferences(
  { initialOptions, esbuild }: PluginBuild,
  result: BuildResult,
  folder: string,
  replace: (plugin: Plugin, modules: ReadonlySet<string>) => Plugin,
): Promise<Pick<BuildResult, 'errors' | 'warnings'>> {
  const modules = referringModules(result, folder);
  if (modules.size === 0) return { errors: [], warnings: [] };
  const known = new Set(result.warnings.map(({ text }) => text));
  const added = (warnings: Message[]) => warnings.filter(({ text }) => !known.has(text));
  const plugins = initialOptions.plugins?.map((plugin) => replace(plugin, modules)) ?? [];
  try {
    const again = await esbuild.build({ ...initialOptions, plugins, logLevel: 'silent' });
    const { outputFiles, metafile } = again;
    Object.assign(result, { outputFiles, metafile });
    return { errors: [], warnings: added(again.warnings) };
  } catch (thrown) {
    const { errors, warnings } = thrown as BuildFailure;
    return { errors, warnings: added(warnings) };
  }
}
