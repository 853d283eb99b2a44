import { join } from 'node:path';
import type { BuildFailure, BuildResult, Message, Plugin, PluginBuild } from 'esbuild';
import { isInstalled, isPackage, packageOf, readText, rewriteReferences } from '../bundling/index.ts';
import type { BuildPlace } from './place.ts';

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

/** Whether a package handles a missing package, which esbuild then leaves out without a message. */
const hasMissing = ({ metafile }: BuildResult, folder: string) =>
  Object.entries(metafile!.inputs).some(([importer, { imports }]) =>
    imports.some(({ external, path }) => {
      const name = external && packageOf(path);
      return name && !isInstalled(name, join(folder, importer));
    }),
  );

/**
 * Builds again where a package refers to files, or where the plugin has to resolve more. Both are rare, and to read and resolve each
 * module in the first build would take longer.
 *
 * @param result The result of the first build, which gets the files of the second.
 * @param replace Replaces the plugin by one that rewrites these modules.
 * @returns the additional messages of the second build.
 */
export async function buildAgain(
  { initialOptions, esbuild }: PluginBuild,
  result: BuildResult,
  { folder, isIncomplete }: BuildPlace,
  replace: (plugin: Plugin, modules: ReadonlySet<string>) => Plugin,
): Promise<Pick<BuildResult, 'errors' | 'warnings'>> {
  const modules = referringModules(result, folder);
  if (modules.size === 0 && !isIncomplete && !hasMissing(result, folder)) return { errors: [], warnings: [] };
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
