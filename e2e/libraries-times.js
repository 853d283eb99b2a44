import { readFileSync } from 'node:fs';
import esbuild from 'esbuild';
import { build as vite } from 'vite';
import { nousvizWidgets as esbuildWidgets } from '@nousviz/widget-runtime/esbuild';
import { nousvizWidgets as viteWidgets } from '@nousviz/widget-runtime/vite';
import { LIBRARIES } from './libraries-build.js';

/** Widgets with large libraries. */
const LARGE = [
  'antd',
  'codemirror',
  'echarts-for-react',
  'mantine',
  'mui-select',
  'react-plotly',
  'react-syntax-highlighter',
  'react-three-fiber-9',
  'recharts-3',
  'tiptap',
];
const ROUNDS = 5;
const TARGET = 'es2022';
const REACT = /^react(-dom)?(\/|$)/;
const PRODUCTION = { 'process.env.NODE_ENV': '"production"', global: 'globalThis' };

/** What Vite must do for the same bundle without the plugin: one file, without white space. */
const oneFile = {
  name: 'one-file',
  /** @param {import('vite').Rolldown.OutputOptions} options */
  outputOptions: (options) => ({
    ...options,
    minify: { ...(typeof options.minify === 'object' && options.minify), codegen: true },
    codeSplitting: false,
  }),
};

/**
 * The builds. The bundler alone has the settings that the plugin sets, so that it does the same work, and leaves React out.
 * @type {Record<string, (entry: string, hasPlugin: boolean) => Promise<unknown>>}
 */
const BUILDS = {
  esbuild: (entry, hasPlugin) =>
    esbuild.build({
      entryPoints: [entry],
      outfile: `${LIBRARIES}/dist/widget.js`,
      absWorkingDir: LIBRARIES,
      bundle: true,
      format: 'esm',
      minify: true,
      write: false,
      logLevel: 'silent',
      target: TARGET,
      jsx: 'automatic',
      conditions: ['module', 'production'],
      define: PRODUCTION,
      loader: Object.fromEntries(
        ['svg', 'png', 'gif', 'woff', 'woff2', 'ttf', 'eot'].map((end) => [`.${end}`, 'dataurl']),
      ),
      ...(hasPlugin
        ? { plugins: [esbuildWidgets()] }
        : { external: ['react', 'react-dom', 'react/*', 'react-dom/*'] }),
    }),
  vite: (entry, hasPlugin) =>
    vite({
      root: LIBRARIES,
      configFile: false,
      logLevel: 'silent',
      define: PRODUCTION,
      plugins: hasPlugin ? [viteWidgets()] : [oneFile],
      build: {
        write: false,
        target: TARGET,
        cssCodeSplit: false,
        assetsInlineLimit: 256 * 1024,
        lib: { entry, formats: ['es'], fileName: 'widget', cssFileName: 'widget' },
        ...(!hasPlugin && { rolldownOptions: { external: REACT } }),
      },
    }),
};

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

/** The CPU time of a process, in ms, from the kernel's table. Its unit is 10 ms on all current systems. */
function cpuOf(/** @type {string} */ id) {
  const [, fields = ''] = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) * 10;
}

/** The CPU time of this process and, where the system lists them, of its children: esbuild is one. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  let children = '';
  try {
    children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  } catch {
    // Only Linux has the list.
  }
  return (
    (user + system) / 1000 +
    children
      .split(' ')
      .filter(Boolean)
      .reduce((sum, id) => sum + cpuOf(id), 0)
  );
}

/**
 * @typedef {{ wall: number, cpu: number }} Time in ms
 * @param {() => Promise<unknown>} work
 * @returns {Promise<Time>}
 */
async function time(work) {
  const [start, cpu] = [performance.now(), cpuTime()];
  await work();
  return { wall: performance.now() - start, cpu: cpuTime() - cpu };
}

/**
 * The shortest times, since all else is the work of other processes.
 * @param {readonly Time[]} times
 * @returns {Time}
 */
const best = (times) => ({
  wall: Math.min(...times.map(({ wall }) => wall)),
  cpu: Math.min(...times.map(({ cpu }) => cpu)),
});

/**
 * Builds one library in turns, alone and with the plugin, each of them first every other time.
 * @param {(hasPlugin: boolean) => Promise<unknown>} build
 */
async function compare(build) {
  /** @type {[Time[], Time[]]} */
  const [alone, withPlugin] = [[], []];
  for (let round = 0; round < ROUNDS; round++)
    for (const hasPlugin of round % 2 ? [true, false] : [false, true])
      (hasPlugin ? withPlugin : alone).push(await time(() => build(hasPlugin)));
  return { alone: best(alone), withPlugin: best(withPlugin) };
}

/**
 * Prints how long each bundler takes for each library, alone and with its plugin, in one process that is warm. The CPU time is the
 * measure: on a busy machine, the time on the clock is mostly that of other processes.
 */
export async function printTimes() {
  for (const [name, build] of Object.entries(BUILDS)) {
    /** @type {Time[]} */
    const ratios = [];
    for (const library of LARGE) {
      const entry = `${LIBRARIES}/widgets/${library}.tsx`;
      const { alone, withPlugin } = await compare((hasPlugin) => build(entry, hasPlugin));
      const ratio = { wall: withPlugin.wall / alone.wall, cpu: withPlugin.cpu / alone.cpu };
      ratios.push(ratio);
      const [before, after] = [alone, withPlugin].map(({ cpu }) => cpu.toFixed(0).padStart(6));
      console.log(
        `${name.padEnd(8)} ${library.padEnd(26)} ${before} ms of CPU, with the plugin ${after} ms: ${ratio.cpu.toFixed(2)} times (${ratio.wall.toFixed(2)} on the clock)`,
      );
    }
    const [cpu, wall] = [ratios.map((one) => one.cpu), ratios.map((one) => one.wall)].map(median);
    console.log(
      `${name}: ${cpu?.toFixed(2)} times the CPU time, ${wall?.toFixed(2)} on the clock, the medians of ${LARGE.length} libraries\n`,
    );
  }
}
