import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('clients/widget.tsx', import.meta.url));
const REACT = ['react', 'react/jsx-runtime'];

/** Numbers that bring a widget to a few kilobytes, the same in every format and run. */
const SERIES = Array.from({ length: 480 }, (_, index) => Math.round(5000 + 4000 * Math.sin(index * index)));

/**
 * @param {import('esbuild').BuildOptions} options
 */
async function bundle(options) {
  const { outputFiles } = await build({
    ...(!options.stdin && { entryPoints: [SOURCE] }),
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2020',
    jsx: 'automatic',
    logLevel: 'silent',
    ...options,
    define: { __SERIES__: JSON.stringify(SERIES), 'process.env.NODE_ENV': '"production"', ...options.define },
  });
  return outputFiles?.[0]?.text ?? '';
}

/**
 * Builds an ES module that imports React from URLs, like the widgets of this library.
 * @param {string} base the URL of the shims' folder
 */
export const asShimmed = (base) =>
  bundle({
    alias: { react: `${base}/react.js`, 'react/jsx-runtime': `${base}/react-jsx-runtime.js` },
    external: [`${base}/*`],
  });

/** Builds an ES module that imports React by its bare name. */
export const asBare = () => bundle({ external: REACT });

/** Builds a module in the format of SystemJS: names, setters and a body. */
export async function asSystem() {
  const body = await bundle({ format: 'cjs', external: REACT });
  return `System.register(${JSON.stringify(REACT)},function(__export){
var modules={},module={exports:{}};
function require(name){return modules[name]}
return{setters:[${REACT.map((name) => `function(m){modules[${JSON.stringify(name)}]=m}`).join(',')}],
execute:function(){${body}
__export("default",module.exports.default)}}});`;
}

/**
 * Builds a remote of Module Federation in one file, container and module: \`init\` receives the shared React, \`get\` returns the
 * module. Its own build tools create two files, of which the first requests the second.
 */
export const asRemote = () =>
  bundle({
    stdin: {
      contents: `
        import { setShared } from 'bench:shared';
        export const init = (shared) => setShared(shared);
        export const get = async () => {
          const widget = await import(${JSON.stringify(SOURCE)});
          return () => widget;
        };`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    plugins: [
      {
        name: 'bench:shared',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^bench:shared$/ }, ({ path }) => ({ path, namespace: 'bench' }));
          onResolve({ filter: /^react(\/jsx-runtime)?$/ }, ({ path }) => ({ path, namespace: 'bench' }));
          onLoad({ filter: /.*/, namespace: 'bench' }, ({ path }) => ({
            contents:
              path === 'bench:shared'
                ? `let shared;
                   export const setShared = (value) => { shared = value; };
                   export const getShared = (name) => Object.values(shared[name])[0].lib();`
                : `module.exports = require('bench:shared').getShared(${JSON.stringify(path)});`,
          }));
        },
      },
    ],
  });
