import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('clients/widget.tsx', import.meta.url));
const REACT = ['react', 'react/jsx-runtime'];

/** As many numbers as make a widget of a few kilobytes; the same in every format and at every run. */
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
 * An ES module that imports React from URLs, as the runtime's authors build it.
 * @param {string} base where the shims are
 */
export const asShimmed = (base) =>
  bundle({
    alias: { react: `${base}/react.js`, 'react/jsx-runtime': `${base}/react-jsx-runtime.js` },
    external: [`${base}/*`],
  });

/** An ES module that imports React by its bare name. */
export const asBare = () => bundle({ external: REACT });

/** A module of SystemJS, which is what its own format asks for: names, setters, and a body. */
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
 * A remote of Module Federation in one file, container and module: \`init\` takes the shared React, \`get\` gives the module.
 * Its own build tools make two files of it, of which the second is asked for when the first has run.
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
                   export const setShared = (given) => { shared = given; };
                   export const take = (name) => Object.values(shared[name])[0].lib();`
                : `module.exports = require('bench:shared').take(${JSON.stringify(path)});`,
          }));
        },
      },
    ],
  });
