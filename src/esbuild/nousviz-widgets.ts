import type { BuildOptions, Message, Plugin } from 'esbuild';
import { findTailwind, NODE_GLOBALS, RARE_GLOBALS, TARGET } from '../bundling/index.ts';
import { explainErrors } from './explain.ts';
import { loadFiles } from './files.ts';
import { finishBuild, scanBundles } from './finish.ts';
import type { BuildPlace } from './place.ts';
import { buildAgain, isDoubtful } from './build-again.ts';
import { resolveModules } from './resolve.ts';
import { aliasReact, requiresReact } from './react-aliases.ts';
import { packagesToResolve } from './specifiers.ts';
import { loadStyles } from './styles.ts';
import { bundleWorker } from './worker.ts';

/** The options of {@link nousvizWidgets}. */
export interface WidgetOptions {
  /**
   * Whether the build compiles the Tailwind classes of the widget into its bundle, so that they look the same in every host. It needs
   * `tailwindcss` 4.1. @default whether the folder's `package.json` lists `tailwindcss`, and no package that runs Tailwind itself
   */
  tailwind?: boolean;
}

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
export const nousvizWidgets = (options: WidgetOptions = {}): Plugin => createPlugin(options);

const NAME = 'nousviz-widgets';

/**
 * @param again What a further build does itself, where the first one leaves it to esbuild: it resolves React, or sees packages whole.
 *   The plugin of the first build finishes it.
 */
function createPlugin(options: WidgetOptions, again?: 'react' | 'packages'): Plugin {
  const isThorough = again === 'packages';
  return {
    name: NAME,
    setup(build) {
      const defined = new Set(Object.keys(build.initialOptions.define ?? {}));
      const write = configure(build.initialOptions, isThorough ? NODE_GLOBALS : COMMON_GLOBALS);
      const folder = build.initialOptions.absWorkingDir ?? process.cwd();
      const { names, requireReact = new Set<string>() } = isThorough
        ? {}
        : packagesToResolve(build.initialOptions);
      const tailwind = findTailwind(folder, options.tailwind);
      const place: BuildPlace = {
        folder,
        names,
        // Another plugin may resolve React itself, and Tailwind has to see the modules that use it.
        hasAliases: !again && !tailwind && build.initialOptions.plugins?.length === 1,
        defined,
        own: new Set(),
        tailwind,
        isIncomplete: false,
        isWorker: false,
        bundleWorker: (path) => bundleWorker(build, place, path),
      };
      if (place.hasAliases) aliasReact(build, requireReact);
      resolveModules(build, place);
      loadFiles(build, place, isThorough);
      loadStyles(build);
      if (again) return;
      build.onStart(() => {
        place.own.clear();
        place.isIncomplete = false;
      });
      build.onEnd(async (result) => {
        if (result.errors.length > 0) return { errors: explainErrors(result.errors, place.folder) };
        const added: Message[] = [];
        const repeat = async (what: 'react' | 'packages') => {
          const { errors, warnings } = await buildAgain(build, result, (plugin) =>
            plugin.name === NAME ? createPlugin(options, what) : plugin,
          );
          added.push(...warnings.filter(({ text }) => !added.some((one) => one.text === text)));
          return errors;
        };
        if (place.hasAliases && requiresReact(result)) {
          const errors = await repeat('react');
          if (errors.length > 0) return { errors, warnings: added };
        }
        let problems = isDoubtful(result, place) ? undefined : scanBundles(result, place, false);
        if (!problems) {
          const errors = await repeat('packages');
          if (errors.length > 0) return { errors, warnings: added };
          problems = scanBundles(result, place, true)!;
        }
        const { errors, warnings } = await finishBuild(build.esbuild, result, place, problems, write);
        return { errors, warnings: [...added, ...warnings] };
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
    metafile: options.metafile || hasOtherNames(options),
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

/** Whether files may have other names than those of their entry points, so that only the list of all files tells which is which. */
const hasOtherNames = ({ entryNames, outExtension, loader = {} }: BuildOptions): boolean =>
  Boolean(entryNames ?? outExtension) || Object.values(loader).some((one) => /^(?:file|copy)$/.test(one));

/** The value of `import.meta.env`, as Vite has it in a build. */
const metaEnv = (MODE: string) =>
  JSON.stringify({
    BASE_URL: '/',
    DEV: MODE === 'development',
    MODE,
    PROD: MODE === 'production',
    SSR: false,
  });
