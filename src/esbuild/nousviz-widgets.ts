import type { BuildOptions, Plugin } from 'esbuild';
import { NODE_GLOBALS, RARE_GLOBALS, TARGET } from '../bundling/index.ts';
import { explainErrors } from './explain.ts';
import { loadFiles } from './files.ts';
import { finishBuild } from './finish.ts';
import type { BuildPlace } from './place.ts';
import { buildAgain } from './build-again.ts';
import { resolveModules } from './resolve.ts';
import { packagesToResolve } from './specifiers.ts';
import { loadStyles } from './styles.ts';

/**
 * The esbuild plugin for widgets. It replaces `react`, `react-dom` and their runtimes with the page's own, also in CommonJS
 * packages, puts stylesheets and small files into the bundle, and rejects code that cannot run in a page (CONTRACT B2).
 *
 * @example
 * await esbuild.build({
 *   entryPoints: ['widget/MyWidget.tsx'], outfile: 'widget/dist/MyWidget.js', bundle: true, minify: true,
 *   plugins: [nousvizWidgets()],
 * });
 */
export const nousvizWidgets = (): Plugin => createPlugin();

const NAME = 'nousviz-widgets';

/**
 * @param modules The modules that refer to files, in a second build, which the plugin sees whole. The plugin of the first build
 *   finishes it.
 */
function createPlugin(modules?: ReadonlySet<string>): Plugin {
  return {
    name: NAME,
    setup(build) {
      const defined = new Set(Object.keys(build.initialOptions.define ?? {}));
      const write = configure(build.initialOptions, modules ? NODE_GLOBALS : COMMON_GLOBALS);
      const place: BuildPlace = {
        folder: build.initialOptions.absWorkingDir ?? process.cwd(),
        names: modules ? undefined : packagesToResolve(build.initialOptions),
        defined,
        isIncomplete: false,
      };
      resolveModules(build, place);
      loadFiles(build, place, modules);
      loadStyles(build);
      if (modules) return;
      build.onStart(() => {
        place.isIncomplete = false;
      });
      build.onEnd(async (result) => {
        if (result.errors.length > 0) return { errors: explainErrors(result.errors, place.folder) };
        const added = await buildAgain(build, result, place, (plugin, referring) =>
          plugin.name === NAME ? createPlugin(referring) : plugin,
        );
        if (added.errors.length > 0) return added;
        const { errors, warnings } = await finishBuild(result, place, write);
        return { errors, warnings: [...added.warnings, ...warnings] };
      });
    },
  };
}

/** The globals of Node that a first build replaces. */
const COMMON_GLOBALS = Object.fromEntries(
  Object.entries(NODE_GLOBALS).filter(([name]) => !RARE_GLOBALS.includes(name)),
);

/** Adds the options that a widget's build needs. @returns whether the build writes files. */
function configure(options: BuildOptions, globals: Record<string, string>): boolean {
  const { write = true } = options;
  if ((options.format ?? 'esm') !== 'esm')
    throw new Error('A widget is an ES module: build with format "esm".');
  const mode = options.jsxDev ? 'development' : 'production';
  Object.assign(options, {
    bundle: true,
    format: 'esm',
    platform: 'browser',
    splitting: false,
    metafile: true,
    jsx: options.jsx ?? 'automatic',
    target: options.target ?? TARGET,
    // A list replaces esbuild's own, which is "module".
    conditions: options.conditions ?? ['module', mode],
    define: {
      ...globals,
      'process.env.NODE_ENV': JSON.stringify(mode),
      'import.meta.env': metaEnv(mode),
      ...options.define,
    },
    // The plugin completes the files, then writes them itself.
    write: false,
  } satisfies BuildOptions);
  return write;
}

/** The value of `import.meta.env`, as Vite has it in a build. */
const metaEnv = (MODE: string) =>
  JSON.stringify({
    BASE_URL: '/',
    DEV: MODE === 'development',
    MODE,
    PROD: MODE === 'production',
    SSR: false,
  });
