import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker as NodeWorker } from 'node:worker_threads';
import * as esbuild from 'esbuild';
import * as vite from 'vite';
import { vi } from 'vitest';
import { nousvizWidgets as esbuildWidgets } from '../esbuild/index.ts';
import { writeFiles } from '../server/folder.test.kit.ts';
import { nousvizWidgets as viteWidgets } from '../vite/index.ts';
import { buildPlugin } from './build-plugin.ts';

const BUNDLE = 'widget/dist/Chart.js';
/** The manifest of a plugin with one widget, `widget/Chart.tsx`. */
export const MANIFEST = `id: sales\nname: sales\nversion: 1.0.0\nfrontend:\n  components:\n    - { name: Chart, path: ${BUNDLE} }\n`;

/** Builds `widget/Chart.tsx` below a folder. @returns what the build said, which throws its errors */
export const builds: Record<string, (folder: string) => Promise<string>> = {
  async esbuild(folder) {
    const { warnings } = await esbuild.build({
      entryPoints: [join(folder, 'widget/Chart.tsx')],
      outfile: join(folder, BUNDLE),
      absWorkingDir: folder,
      minify: true,
      logLevel: 'silent',
      plugins: [esbuildWidgets()],
    });
    return warnings.map(({ text }) => text).join('\n');
  },
  async vite(folder) {
    const warnings: string[] = [];
    await vite.build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [viteWidgets()],
      build: {
        outDir: 'widget/dist',
        lib: { entry: 'widget/Chart.tsx', formats: ['es'], fileName: 'Chart' },
        rolldownOptions: { onwarn: ({ message }) => void warnings.push(message) },
      },
    });
    return warnings.join('\n');
  },
  async command(folder) {
    const complaints: string[] = [];
    const output = { print: () => {}, complain: (line: string) => void complaints.push(line) };
    if (!(await buildPlugin(folder, output))) throw new Error(complaints.join('\n'));
    return complaints.join('\n');
  },
};

/** What a worker's script finds in a browser, for a thread of Node. Its own workers run in further threads. */
const THREAD = `const { parentPort, Worker: Thread, workerData: thread } = require('node:worker_threads');
  globalThis.self = globalThis; globalThis.location = { href: '' };
  globalThis.postMessage = (data) => parentPort.postMessage(data);
  parentPort.on('message', (data) => globalThis.onmessage?.({ data }));
  globalThis.Worker = class {
    constructor(url) {
      this.thread = fetch(url).then((response) => response.text()).then((code) => new Thread(thread + code, { eval: true, workerData: thread }));
      this.thread.then((one) => one.on('message', (data) => this.onmessage?.({ data })).unref());
    }
    postMessage(data) { this.thread.then((one) => one.postMessage(data)); }
    addEventListener() {}
  };
`;

/** A browser's worker on a thread of Node. */
class PageWorker {
  onmessage?: (event: { data: unknown }) => void;
  readonly #thread: Promise<NodeWorker>;

  constructor(url: string) {
    this.#thread = fetch(url)
      .then((response) => response.text())
      .then((code) => {
        const thread = new NodeWorker(THREAD + code, { eval: true, workerData: THREAD });
        thread.on('message', (data) => this.onmessage?.({ data }));
        thread.unref();
        return thread;
      });
  }

  postMessage(data: unknown) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    void this.#thread.then((thread) => thread.postMessage(data));
  }

  addEventListener() {}
}

const NO_REACT = { React: {}, ReactJSXRuntime: {}, ReactDOM: {}, ReactDOMClient: {} };

/** Evaluates a bundle with the shims on disk, and with React where the test gives it. */
export async function evaluate(
  folder: string,
  react: Partial<Record<keyof typeof NO_REACT, object>> = {},
): Promise<Record<string, unknown>> {
  vi.stubGlobal('Worker', PageWorker);
  vi.stubGlobal('self', globalThis);
  vi.stubGlobal('NousViz', { ...NO_REACT, ...react });
  const shims = pathToFileURL(join(import.meta.dirname, '../../shims/')).href;
  const code = await readFile(join(folder, BUNDLE), 'utf8');
  const local = code.replaceAll(/(["'`])\/api\/widget-runtime\/([\w-]+\.js)\1/g, `$1${shims}$2$1`);
  await writeFiles(folder, { 'run.mjs': local });
  return import(/* @vite-ignore */ pathToFileURL(join(folder, 'run.mjs')).href);
}
