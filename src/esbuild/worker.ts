import { relative } from 'node:path';
import type { BuildFailure, Plugin, PluginBuild } from 'esbuild';
import { formatProblem, NODE_GLOBALS, scanScript } from '../bundling/index.ts';
import { explainErrors } from './explain.ts';
import { loadFiles } from './files.ts';
import { listInputs } from './finish.ts';
import { innerOptions } from './inner-options.ts';
import type { BuildPlace, WorkerBundle } from './place.ts';
import { resolveModules } from './resolve.ts';

/** The plugin for the bundle of a worker: the widget's rules, except those about the page, which a worker does not have. */
const workerPlugin = (place: BuildPlace): Plugin => ({
  name: 'nousviz-widgets',
  setup(build) {
    resolveModules(build, place);
    loadFiles(build, place, true);
    build.onLoad({ filter: /\.css$/, namespace: 'file' }, () => ({ contents: '', loader: 'js' }));
  },
});

/** Bundles the module of a worker by the rules of the widget. */
export async function bundleWorker(
  { initialOptions, esbuild }: PluginBuild,
  outer: BuildPlace,
  path: string,
): Promise<WorkerBundle> {
  const place: BuildPlace = { ...outer, names: undefined, own: new Set(), isWorker: true };
  const { folder, defined } = outer;
  try {
    const { outputFiles, metafile, warnings } = await esbuild.build({
      ...innerOptions(initialOptions),
      define: { ...NODE_GLOBALS, ...initialOptions.define },
      ...(initialOptions.loader && { loader: initialOptions.loader }),
      entryPoints: [path],
      // A classic worker and a module worker both run it.
      format: 'iife',
      platform: 'browser',
      metafile: true,
      plugins: [workerPlugin(place)],
    });
    const [{ text = '' } = {}] = outputFiles;
    const list = () => listInputs(metafile, Object.keys(metafile.inputs), folder);
    const problems = scanScript(text, relative(folder, path), { list, defined });
    return {
      text,
      errors: [],
      warnings: [...warnings, ...problems.map((problem) => ({ text: formatProblem(problem) }))],
    };
  } catch (thrown) {
    const { errors, warnings } = thrown as Partial<BuildFailure>;
    if (!errors || !warnings) throw thrown;
    const explained = explainErrors(errors, folder);
    return { errors: explained.length > 0 ? explained : errors, warnings };
  }
}
