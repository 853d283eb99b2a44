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
const ROUNDS = 3;
const REACT = /^react(-dom)?(\/|$)/;

/** @type {Record<string, (entry: string, hasPlugin: boolean) => Promise<unknown>>} */
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
      target: 'es2022',
      jsx: 'automatic',
      conditions: ['module', 'production'],
      define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
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
      plugins: hasPlugin ? [viteWidgets()] : [],
      build: {
        write: false,
        lib: { entry, formats: ['es'], fileName: 'widget', cssFileName: 'widget' },
        ...(!hasPlugin && { rolldownOptions: { external: REACT } }),
      },
    }),
};

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

/** @param {() => Promise<unknown>} work */
async function time(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Prints how long each bundler takes for each library, alone and with its plugin, in alternating rounds. */
export async function printTimes() {
  for (const [name, build] of Object.entries(BUILDS)) {
    const ratios = [];
    for (const library of LARGE) {
      const entry = `${LIBRARIES}/widgets/${library}.tsx`;
      /** @type {[number[], number[]]} */
      const times = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        times[0].push(await time(() => build(entry, false)));
        times[1].push(await time(() => build(entry, true)));
      }
      const [alone, withPlugin] = [median(times[0]), median(times[1])];
      ratios.push(withPlugin / alone);
      const ratio = (withPlugin / alone).toFixed(2);
      console.log(
        `${name.padEnd(8)} ${library.padEnd(26)} ${alone.toFixed(0).padStart(6)} ms, with the plugin ${withPlugin.toFixed(0).padStart(6)} ms: ${ratio} times`,
      );
    }
    console.log(`${name}: ${median(ratios).toFixed(2)} times, the median of ${LARGE.length} libraries\n`);
  }
}
