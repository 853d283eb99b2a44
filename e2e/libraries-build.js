import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { build as vite } from 'vite';
import { buildDemo, root } from '../fixtures/host/build.js';

/** The folder of the library matrix, which is a separate package. */
export const LIBRARIES = join(root, 'fixtures/libraries');
/** The output: a plugins folder with one plugin for each adapter of the bundler plugin. */
export const BUILT = join(root, 'dist/libraries');
/** The adapters, which are also the plugins' ids. */
export const ADAPTERS = /** @type {const} */ (['esbuild', 'vite']);
/** A plugin whose widget bundles a second React and react-dom, to prove that the tests detect them. */
export const TWIN = 'twin';

/** @typedef {typeof ADAPTERS[number]} Adapter */
/** @typedef {{ key: string, modules: string[], error?: string }} Facts the modules of a bundle, or the error of its build */

/** @param {string} path */
const inLibraries = (path) => join(LIBRARIES, path);

/**
 * A widget's component: `ReactChartjs2` for `react-chartjs-2`.
 * @param {string} name
 */
export const componentOf = (name) => name.replace(/(?:^|-)(.)/g, (_, letter) => letter.toUpperCase());

/** The names of the widgets' files without their extensions. */
export const widgets = async () =>
  (await readdir(inLibraries('widgets')))
    .filter((file) => file.endsWith('.tsx'))
    .map((file) => file.slice(0, -'.tsx'.length));

/**
 * Reads the facts that the build of a bundle recorded.
 * @param {Adapter} adapter
 * @param {string} name
 * @returns {Promise<Facts | undefined>}
 */
export const readFacts = (adapter, name) =>
  readFile(join(BUILT, adapter, 'facts', `${name}.json`), 'utf8').then(JSON.parse, () => undefined);

/**
 * Builds with each adapter, according to its documentation.
 * @type {Record<Adapter, (entry: string, outDir: string, file: string) => Promise<string[]>>}
 */
const bundlers = {
  async esbuild(entry, outDir, file) {
    const { nousvizWidgets } = await import('@nousviz/widget-runtime/esbuild');
    const { metafile } = await esbuild.build({
      entryPoints: [entry],
      outfile: join(outDir, `${file}.js`),
      absWorkingDir: LIBRARIES,
      bundle: true,
      format: 'esm',
      minify: true,
      metafile: true,
      logLevel: 'silent',
      plugins: [nousvizWidgets()],
    });
    return Object.keys(metafile.inputs);
  },
  async vite(entry, outDir, file) {
    const { nousvizWidgets } = await import('@nousviz/widget-runtime/vite');
    const built = await vite({
      root: LIBRARIES,
      configFile: false,
      logLevel: 'silent',
      plugins: [nousvizWidgets()],
      build: { outDir, emptyOutDir: false, lib: { entry, formats: ['es'], fileName: file } },
    });
    return [built]
      .flat()
      .flatMap((result) => ('output' in result ? result.output : []))
      .flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  },
};

/** @param {...string} texts */
function hashOf(...texts) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex');
}

const ENTRY_POINTS = ['dist/esbuild/index.js', 'dist/vite/index.js'];

/** The hash of the build tools. The names of the library's chunks contain hashes, so its entry points are enough. */
async function hashTools() {
  const assets = (await readdir(inLibraries('widgets'))).filter((file) => !file.endsWith('.tsx'));
  const files = [
    ...['package-lock.json', ...ENTRY_POINTS, 'e2e/libraries-build.js'].map((path) => join(root, path)),
    ...['package-lock.json', 'tsconfig.json'].map(inLibraries),
    ...assets.map((file) => inLibraries(`widgets/${file}`)),
  ];
  return hashOf(...(await Promise.all(files.map((file) => readFile(file, 'utf8')))));
}

/**
 * @param {Adapter} adapter
 * @param {string} name
 * @param {string} tools
 * @returns {Promise<boolean>} whether it was built, because it was missing or outdated
 */
async function buildWidget(adapter, name, tools) {
  const entry = inLibraries(`widgets/${name}.tsx`);
  const key = hashOf(tools, await readFile(entry, 'utf8'));
  if ((await readFacts(adapter, name))?.key === key) return false;
  const folder = join(BUILT, adapter);
  const file = componentOf(name);
  await rm(join(folder, `widget/dist/${file}.js`), { force: true });
  /** @type {Facts} */
  const facts = await bundlers[adapter](entry, join(folder, 'widget/dist'), file).then(
    (modules) => ({ key, modules }),
    // A failure is not cached, since the key may not cover its cause.
    (/** @type {Error} */ { message }) => ({ key: '', modules: [], error: message }),
  );
  await writeFile(join(folder, 'facts', `${name}.json`), JSON.stringify(facts));
  return true;
}

/**
 * The panels of a widget's dashboards by the end of their names: alone, and beside a lower panel.
 * @type {Record<string, (component: string) => object[]>}
 */
const LAYOUTS = {
  '': (component) => [{ type: 'custom', component }],
  '-in-rows': (component) => [
    { type: 'custom', component: LOWER, position: { row: 1, col: 1, width: 1 } },
    { type: 'custom', component, position: { row: 1, col: 2, width: 3 } },
  ],
  '-in-grid': (component) => [
    { type: 'custom', component: LOWER, layout: { x: 0, y: 0, w: 4, h: 2 } },
    { type: 'custom', component, layout: { x: 4, y: 0, w: 8, h: 2 } },
  ],
};

/** A widget of little height. */
const LOWER = componentOf('prop-types');

/**
 * The layouts of a widget's dashboards. A plugin can have only so many dashboards, so most widgets are shown alone.
 * @param {string} name
 */
const layoutsOf = (name) => Object.keys(LAYOUTS).slice(0, name.endsWith('-filling') ? undefined : 1);

/**
 * Writes a plugin's manifest and separate dashboards for each widget.
 * @param {string} id
 * @param {readonly string[]} names
 */
async function writePlugin(id, names) {
  const folder = join(BUILT, id);
  for (const path of ['dashboards', 'facts', 'widget/dist'])
    await mkdir(join(folder, path), { recursive: true });
  const components = names.map(componentOf).map((name) => ({ name, path: `widget/dist/${name}.js` }));
  // JSON is YAML.
  const manifest = { id, name: id, version: '1.0.0', frontend: { components } };
  const dashboards = names.flatMap((name) =>
    layoutsOf(name).map((layout) => ({ name: name + layout, label: name + layout })),
  );
  await writeFile(join(folder, 'plugin.yaml'), JSON.stringify({ ...manifest, dashboards }, null, 2));
  for (const name of names)
    for (const layout of layoutsOf(name)) {
      const text = JSON.stringify({ title: name, panels: LAYOUTS[layout]?.(componentOf(name)) });
      await writeFile(join(folder, `dashboards/${name}${layout}.yaml`), text);
    }
}

/** Builds a widget that bundles its own React, without any flags. */
async function buildTwin() {
  await writePlugin(TWIN, [TWIN]);
  await esbuild.build({
    entryPoints: [inLibraries('twin.tsx')],
    outfile: join(BUILT, TWIN, `widget/dist/${componentOf(TWIN)}.js`),
    bundle: true,
    format: 'esm',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
  });
}

/**
 * Builds every outdated widget with every adapter. The facts of a widget contain the error of a failed build.
 *
 * @param {(line: string) => void} [report]
 * @param {readonly string[]} [only] the widgets to build, instead of all
 */
export async function buildLibraries(report = () => {}, only = []) {
  const names = await widgets();
  await buildTwin();
  for (const adapter of ADAPTERS) await writePlugin(adapter, names);
  const tools = await hashTools();
  const built = only.length > 0 ? names.filter((name) => only.includes(name)) : names;
  const jobs = ADAPTERS.flatMap((adapter) => built.map((name) => ({ adapter, name })));
  let count = 0;
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift())
      if (await buildWidget(job.adapter, job.name, tools)) count += 1;
  };
  // Two in parallel: bundlers use several threads, and the largest libraries need much memory.
  await Promise.all([work(), work()]);
  report(`${count} of ${built.length * ADAPTERS.length} widgets were built, the others are current.`);
}

/** Installs the libraries unless the installed ones match the lockfile. */
async function install() {
  const lock = hashOf(await readFile(inLibraries('package-lock.json'), 'utf8'));
  const stamp = inLibraries('node_modules/.lock');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === lock) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: LIBRARIES,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('The libraries could not be installed. See the output of npm above.');
  await writeFile(stamp, lock);
}

// Runs before Playwright, since a Vite build inside a test runner creates a different bundle.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await install();
  if (process.argv.includes('--install')) process.exit();
  for (const react of /** @type {const} */ ([18, 19])) await buildDemo({ react, report: console.log });
  await buildLibraries(console.log, process.argv.slice(2));
}
