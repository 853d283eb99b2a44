import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { build as buildWithVite } from 'vite';

/** @typedef {18 | 19} React */

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param {React} react */
const modulesOf = (react) => join(root, react === 18 ? 'fixtures/react-18/node_modules' : 'node_modules');

/**
 * Returns the bundler's aliases for a version of React.
 * @param {React} react
 */
export const aliasesOf = (react) => [
  { find: /^(react|react-dom)(?=\/|$)/, replacement: join(modulesOf(react), '$1') },
];

/**
 * Builds a script with React in it.
 * @param {string} entry relative to this folder
 * @param {React} react
 */
export async function buildScript(entry, react) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    alias: { react: join(modulesOf(react), 'react'), 'react-dom': join(modulesOf(react), 'react-dom') },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles[0]?.text ?? '';
}

/**
 * Builds a classic script with React in it, as the library builds that of its frames.
 * @param {string} entry relative to this folder
 * @param {React} react
 */
export async function buildClassic(entry, react) {
  const built = await buildWithVite({
    configFile: false,
    root,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"', __VERSION__: '"0.0.0"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    resolve: { alias: aliasesOf(react) },
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: fileURLToPath(new URL(entry, import.meta.url)), formats: ['iife'], name: 'guest' },
      rolldownOptions: { output: { strict: true, comments: false } },
    },
  });
  const outputs = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  const code = outputs.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
  // Of a text with one other character, browsers keep two bytes for each.
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** @param {React} react */
export const versionOf = (react) =>
  /** @type {string} */ (
    createRequire(import.meta.url)(join(modulesOf(react), 'react/package.json')).version
  );

const MODULES = {
  'react.js': 'react',
  'react-jsx-runtime.js': 'react/jsx-runtime',
  'react-dom-client.js': 'react-dom/client',
};

/**
 * Builds React as ES modules, for pages with an import map.
 * @param {React} react
 * @returns {Promise<{ imports: Record<string, string>, files: Map<string, string> }>} the paths by bare name, and the files by path,
 *   including shared chunks
 */
export async function buildReact(react) {
  const require = createRequire(join(modulesOf(react), 'react/package.json'));
  const { outputFiles } = await build({
    entryPoints: Object.keys(MODULES).map((file) => ({
      in: `bench:${file}`,
      out: file.slice(0, -'.js'.length),
    })),
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2020',
    outdir: 'out',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'bench:react',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^bench:/ }, ({ path }) => ({ path, namespace: 'bench' }));
          onLoad({ filter: /.*/, namespace: 'bench' }, ({ path }) => {
            const name = MODULES[/** @type {keyof typeof MODULES} */ (path.slice('bench:'.length))];
            const module = require.resolve(name);
            const names = Object.keys(require(module)).filter((one) => one !== 'default');
            const contents = `import whole from ${JSON.stringify(module)};
              export default whole;
              export const { ${names.join(', ')} } = whole;`;
            return { contents, resolveDir: root };
          });
        },
      },
    ],
  });
  return {
    imports: Object.fromEntries(Object.entries(MODULES).map(([file, name]) => [name, file])),
    files: new Map(outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf('/') + 1), text])),
  };
}
