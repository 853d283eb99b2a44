import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type {
  BuildOptions,
  BuildResult,
  Metafile,
  OnLoadResult,
  OutputFile,
  PartialMessage,
  Plugin,
  PluginBuild,
} from 'esbuild';
import {
  ASSET_LIMIT,
  assetTooLarge,
  ASSETS,
  attachStyles,
  buildMessage,
  commonJsSource,
  formatProblem,
  isNodeBuiltIn,
  NODE_GLOBALS,
  resolveReact,
  scan,
} from '../bundling/index.ts';

const COMMON_JS = 'nousviz-commonjs';
const MISSING = 'nousviz-missing';
const STYLES = 'nousviz-styles';
const LOCAL = 'nousviz-local';

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
export function nousvizWidgets(): Plugin {
  return {
    name: 'nousviz-widgets',
    setup(build) {
      const write = configure(build.initialOptions);
      resolveModules(build);
      loadAssets(build);
      loadStyles(build);
      build.onEnd(async (result) => {
        if (result.errors.length > 0) return undefined;
        return finishBuild(result, build.initialOptions, write);
      });
    },
  };
}

/** Adds the options that a widget's build needs. @returns whether the build writes files. */
function configure(options: BuildOptions): boolean {
  const { write = true } = options;
  if ((options.format ?? 'esm') !== 'esm')
    throw new Error('A widget is an ES module: build with format "esm".');
  const { NODE_ENV } = options.jsxDev ? { NODE_ENV: '"development"' } : { NODE_ENV: '"production"' };
  Object.assign(options, {
    bundle: true,
    format: 'esm',
    platform: 'browser',
    splitting: false,
    metafile: true,
    jsx: options.jsx ?? 'automatic',
    target: options.target ?? 'es2020',
    define: { ...NODE_GLOBALS, 'process.env.NODE_ENV': NODE_ENV, ...options.define },
    // The plugin completes the files, then writes them itself.
    write: false,
  } satisfies BuildOptions);
  return write;
}

function resolveModules(build: PluginBuild) {
  build.onResolve({ filter: /^react(-dom)?(\/|$)|\/widget-runtime\// }, ({ path, kind, importer }) => {
    const found = resolveReact(path, kind.startsWith('require') ? 'require' : 'import');
    if (!found || kind === 'entry-point') return undefined;
    if ('url' in found) return { path: found.url, external: true };
    if ('commonJs' in found) return { path: found.commonJs, namespace: COMMON_JS };
    return {
      errors: [{ text: buildMessage(found.refused, { file: relative('', importer), specifier: path }) }],
    };
  });
  build.onLoad({ filter: /.*/, namespace: COMMON_JS }, ({ path }) => ({
    contents: commonJsSource(path),
    loader: 'js',
  }));

  build.onResolve({ filter: /^[a-z_]/i }, async ({ path, kind, importer }) => {
    if (kind === 'entry-point' || !(await isNodeBuiltIn(path, importer))) return undefined;
    const text = buildMessage('NODE_BUILT_IN', { file: relative('', importer), specifier: path });
    // A CommonJS package may handle the missing module, so the bundle throws when it requires it.
    if (kind.startsWith('require'))
      return { path, namespace: MISSING, pluginData: text, warnings: [{ text }] };
    return { errors: [{ text }] };
  });
  build.onLoad({ filter: /.*/, namespace: MISSING }, ({ pluginData }) => ({
    contents: `throw new Error(${JSON.stringify(pluginData)});`,
    loader: 'js',
  }));
}

function loadAssets(build: PluginBuild) {
  const own = Object.keys(build.initialOptions.loader ?? {});
  build.onLoad({ filter: ASSETS, namespace: 'file' }, async ({ path }) => {
    if (own.some((ending) => path.endsWith(ending))) return undefined;
    const { size } = await stat(path);
    if (size > ASSET_LIMIT) return { errors: [{ text: assetTooLarge(path, size) }] };
    return { contents: await readFile(path), loader: 'dataurl' };
  });
}

/** Loads CSS modules with class names that differ from those of other plugins on the page, minified or not. */
function loadStyles(build: PluginBuild) {
  const sheets = new Map<string, { text: string; resolveDir: string }>();
  build.onLoad({ filter: /\.module\.css$/, namespace: 'file' }, async ({ path }): Promise<OnLoadResult> => {
    const { outputFiles } = await build.esbuild.build({
      stdin: { contents: `export { default } from ${JSON.stringify(path)}`, resolveDir: dirname(path) },
      bundle: true,
      format: 'esm',
      outdir: '/',
      write: false,
      external: ['*.png', '*.svg', '*.jpg', '*.gif', '*.webp', '*.woff', '*.woff2'],
      logLevel: 'silent',
      plugins: [namedByContents],
    });
    const [script, sheet] = ['.js', '.css'].map((end) => outputFiles.find((file) => file.path.endsWith(end)));
    sheets.set(path, { text: sheet?.text ?? '', resolveDir: dirname(path) });
    return {
      contents: `import ${JSON.stringify(`${STYLES}:${path}`)};\n${script?.text}`,
      resolveDir: dirname(path),
      loader: 'js',
    };
  });
  build.onResolve({ filter: new RegExp(`^${STYLES}:`) }, ({ path }) => ({
    path: path.slice(STYLES.length + 1),
    namespace: STYLES,
  }));
  build.onLoad({ filter: /.*/, namespace: STYLES }, ({ path }) => {
    const { text, resolveDir } = sheets.get(path)!;
    return { contents: text, resolveDir, loader: 'css' };
  });
}

/** Puts a hash of a file's contents into its name, from which esbuild makes the names of the classes. */
const namedByContents: Plugin = {
  name: 'nousviz-local-names',
  setup(build) {
    build.onResolve({ filter: /\.module\.css$/ }, async ({ path, resolveDir, importer, namespace }) => {
      const from = namespace === LOCAL ? dirname(importer) : resolveDir;
      const file = path.startsWith('/') ? path : join(from, path);
      const hash = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      const name = `${basename(file, '.module.css')}_${hash.slice(0, 8)}.module.css`;
      return { path: join(dirname(file), name), namespace: LOCAL, pluginData: file };
    });
    build.onLoad({ filter: /.*/, namespace: LOCAL }, async ({ pluginData }) => ({
      contents: await readFile(pluginData),
      resolveDir: dirname(pluginData),
      loader: 'local-css',
    }));
  },
};

/** Puts stylesheets into the bundles, scans the bundles and writes them. */
async function finishBuild(
  { metafile, outputFiles = [] }: BuildResult,
  options: BuildOptions,
  write: boolean,
): Promise<{ errors: PartialMessage[]; warnings: PartialMessage[] }> {
  const messages = { errors: [] as PartialMessage[], warnings: [] as PartialMessage[] };
  const folder = options.absWorkingDir ?? process.cwd();
  const find = (path: string) => outputFiles.find((file) => file.path === join(folder, path));
  const bundles = Object.entries(metafile!.outputs).filter(
    ([path, { entryPoint }]) => entryPoint && /\.m?js$/.test(path),
  );
  for (const [path, { cssBundle, inputs }] of bundles) {
    const file = find(path);
    if (!file) continue;
    const sheet = cssBundle ? find(cssBundle) : undefined;
    if (sheet) setText(file, attachStyles(file.text, sheet.text));
    const problems = await scan(file.text, path, () => readInputs(metafile!, Object.keys(inputs), folder));
    for (const problem of problems)
      messages[problem.level === 'error' ? 'errors' : 'warnings'].push({ text: formatProblem(problem) });
  }
  for (let index = outputFiles.length - 1; index >= 0; index--)
    if (/\.css(\.map)?$/.test(outputFiles[index]!.path)) outputFiles.splice(index, 1);
  if (write && messages.errors.length === 0) await Promise.all(outputFiles.map(writeOutput));
  return messages;
}

function setText(file: OutputFile, text: string) {
  file.contents = new TextEncoder().encode(text);
}

async function writeOutput({ path, contents }: OutputFile) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}

async function readInputs({ inputs }: Metafile, paths: string[], folder: string) {
  const importersOf = (path: string) =>
    Object.keys(inputs).filter((from) => inputs[from]!.imports.some((one) => one.path === path));
  const files = paths.filter((path) => /^[^:]+\.[cm]?[jt]sx?$/.test(path));
  return Promise.all(
    files.map(async (path) => ({
      path,
      text: await readFile(join(folder, path), 'utf8').catch(() => ''),
      importers: importersOf(path),
    })),
  );
}
