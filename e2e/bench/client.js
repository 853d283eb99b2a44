import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { aliasesOf } from './react.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/**
 * A built client: its page with a placeholder for the number of panels, its files by path, and the source maps of a build for the
 * profiler.
 * @typedef {{ html: string, files: Map<string, import('./server.js').File>, maps: Map<string, import('node:module').SourceMapPayload> }} Client
 */

/**
 * Builds a contender's client. All clients use the same page, bundler and settings.
 *
 * @param {object} options
 * @param {string} options.entry relative to this folder
 * @param {import('./react.js').React} options.react
 * @param {string} options.base the path prefix of its files
 * @param {import('vite').PluginOption[]} [options.plugins]
 * @param {string[]} [options.external] the specifiers that the page resolves itself
 * @param {boolean} [options.profile] builds from the library's sources, with source maps
 * @returns {Promise<Client>}
 */
export async function buildClient({ entry, react, base, plugins = [], external = [], profile = false }) {
  const marks = await readFile(join(HERE, 'clients/marks.js'), 'utf8');
  const built = await build({
    root: HERE,
    base,
    configFile: false,
    logLevel: 'warn',
    plugins: [
      {
        name: 'bench:page',
        transformIndexHtml: { order: 'pre', handler: (html) => html.replace('__ENTRY__', entry) },
      },
      ...plugins,
    ],
    resolve: {
      dedupe: ['react', 'react-dom'],
      alias: [
        ...(external.length ? [] : aliasesOf(react)),
        ...(profile
          ? [{ find: /^@nousviz\/widget-runtime$/, replacement: join(HERE, '../../src/index.ts') }]
          : []),
      ],
    },
    // Explicit, because a test runner sets NODE_ENV.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    define: { 'process.env.NODE_ENV': '"production"', __VERSION__: '"0.0.0"' },
    build: {
      write: false,
      sourcemap: profile,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(HERE, 'clients/page.html'), external },
    },
  });
  const outputs = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  /** @type {Client} */
  const client = { html: '', files: new Map(), maps: new Map() };
  for (const output of outputs) {
    if (output.type === 'chunk') {
      client.files.set(base + output.fileName, { type: 'text/javascript', body: output.code });
      if (output.map)
        client.maps.set(base + output.fileName, { ...output.map, file: output.fileName, sourceRoot: '' });
    } else if (output.fileName.endsWith('.html'))
      client.html = String(output.source).replace('__MARKS__', () => marks);
  }
  return client;
}

/**
 * Appends tags to the page's head, after the client's own script.
 * @param {string} html
 * @param {string} more
 */
export const withHead = (html, more) => html.replace('</head>', () => `${more}\n</head>`);
