import { readFile } from 'node:fs/promises';

/** A module of WebAssembly that code imports as one of JavaScript, as packages of wasm-bindgen do for bundlers. */
export const WASM = /\.wasm$/;

/** Node's types do not have it. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  Module: {
    imports(module: object): { module: string }[];
    exports(module: object): { name: string }[];
  };
};

/**
 * The source text of the JavaScript module for a WebAssembly file: it has the file in it, imports what the file imports, and exports
 * what the file exports.
 *
 * @param path The absolute path of the file.
 * @throws if the file is not WebAssembly.
 */
export async function wasmModuleSource(path: string): Promise<string> {
  const bytes = await readFile(path);
  const module = await WebAssembly.compile(bytes);
  const sources = [...new Set(WebAssembly.Module.imports(module).map((one) => one.module))];
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  return [
    ...sources.map((source, index) => `import * as __nvImport${index} from ${JSON.stringify(source)};`),
    `const __nvBytes = Uint8Array.from(atob(${JSON.stringify(bytes.toString('base64'))}), (one) => one.charCodeAt(0));`,
    `const { instance: { exports: __nvExports } } = await WebAssembly.instantiate(__nvBytes, {${sources.map((source, index) => `${JSON.stringify(source)}: __nvImport${index}`).join(', ')}});`,
    'const __nvValue = (one) => one instanceof WebAssembly.Global ? one.value : one;',
    ...names.map(
      (name, index) => `const __nvExport${index} = __nvValue(__nvExports[${JSON.stringify(name)}]);`,
    ),
    `export { ${names.map((name, index) => `__nvExport${index} as ${JSON.stringify(name)}`).join(', ')} };`,
  ].join('\n');
}
