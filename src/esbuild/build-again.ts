import { join } from 'node:path';
import type { BuildFailure, BuildResult, Message, Plugin, PluginBuild } from 'esbuild';
import {
  isInstalled,
  isPackage,
  packageOf,
  RARE_GLOBALS,
  readText,
  rewriteReferences,
} from '../bundling/index.ts';
import type { BuildPlace } from './place.ts';

const textsOf = ({ outputFiles = [] }: BuildResult) =>
  outputFiles.filter(({ path }) => /\.m?js$/.test(path)).map(({ text }) => text);

/** The modules of packages in the bundles whose references to files have to become imports. */
function referringModules(result: BuildResult, folder: string): Set<string> {
  const { metafile, warnings } = result;
  const isLowered = warnings.some(({ id }) => id === 'empty-import-meta');
  if (!isLowered && !textsOf(result).some((text) => text.includes('import.meta'))) return new Set();
  const inputs = new Set(Object.values(metafile!.outputs).flatMap((output) => Object.keys(output.inputs)));
  const files = [...inputs]
    .filter((path) => /^[^:]+\.[cm]?[jt]sx?$/.test(path))
    .map((path) => join(folder, path));
  return new Set(
    files.filter((path) => isPackage(path) && rewriteReferences(readText(path), path, folder) !== undefined),
  );
}

/** Whether a bundle has what looks like a global of Node that the first build does not replace. */
const hasRareGlobals = (result: BuildResult) =>
  textsOf(result).some((text) => RARE_GLOBALS.some((name) => text.includes(name)));

/** Whether a package handles a missing package, which esbuild then leaves out without a message. */
const hasMissing = ({ metafile }: BuildResult, folder: string) =>
  Object.entries(metafile!.inputs).some(([importer, { imports }]) =>
    imports.some(({ external, path }) => {
      const name = external && packageOf(path);
      return name && !isInstalled(name, join(folder, importer));
    }),
  );

/**
 * Builds again where a package refers to files, where the plugin has to resolve more, or where it has to replace more globals. All are
 * rare, and doing it in each first build would take longer.
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
  if (modules.size === 0 && !isIncomplete && !hasRareGlobals(result) && !hasMissing(result, folder))
    return { errors: [], warnings: [] };
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
