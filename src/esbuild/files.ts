import { readFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import type { Loader, OnLoadResult, PluginBuild } from 'esbuild';
import {
  ASSETS,
  checkAsset,
  checkWorkerSource,
  isPackage,
  QUERY,
  readQuery,
  readText,
  rewriteReferences,
  SCRIPT,
  scriptUrlSource,
  sheetUrlSource,
  unresolvedMessage,
  WASM,
  wasmModuleSource,
  workerUrl,
  type Finding,
} from '../bundling/index.ts';
import { innerOptions } from './inner-options.ts';
import { hasUnexpected } from './resolve.ts';
import { OWN, type BuildPlace } from './place.ts';

const QUERY_PLACE = 'nousviz-query';

const LOADERS: Record<string, Loader> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
};

/** The messages that esbuild shows for the findings about a module. */
const messagesOf = (findings: readonly Finding[]) => ({
  errors: findings.filter(({ level }) => level === 'error').map(({ text }) => ({ text })),
  warnings: findings.filter(({ level }) => level === 'warning').map(({ text }) => ({ text })),
});

async function inline(path: string, place: BuildPlace): Promise<OnLoadResult> {
  const finding = await checkAsset(path, place.folder);
  return {
    ...messagesOf(finding ? [finding] : []),
    ...(finding?.level !== 'error' && { contents: await readFile(path), loader: 'dataurl' as const }),
  };
}

/** Types that matter to whoever loads the URL, by extension. Media have esbuild's. */
const TYPES: Record<string, string> = {
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.html': 'text/html',
  '.txt': 'text/plain',
  '.pdf': 'application/pdf',
};

/** The module of a file whose default export is a URL: `data:`, or `blob:` for a script. */
async function inlineUrl(path: string, place: BuildPlace): Promise<OnLoadResult> {
  const { contents, ...rest } = await inline(path, place);
  if (contents && SCRIPT.test(path))
    return { ...rest, contents: scriptUrlSource(Buffer.from(contents).toString()), loader: 'js' };
  if (!contents || ASSETS.test(path)) return { ...rest, ...(contents && { contents }) };
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const url = `data:${type};base64,${Buffer.from(contents).toString('base64')}`;
  return { ...rest, contents: url, loader: 'text' };
}

/**
 * The paths without `node_modules`, as a pattern without the lookahead that esbuild's patterns lack: each `n` is followed by a part
 * of the rest of that word at most.
 */
const NO_PACKAGE = new RegExp(
  `^[^n]*(?:n(?:${[...'ode_modules'].map((next, at, rest) => `${rest.slice(0, at).join('')}(?:[^n${next}][^n]*)?`).join('|')}))*$`,
);

/**
 * Puts files into the bundle: media, what queries such as `?raw` ask for, and files that code refers to by URL.
 *
 * @param isThorough Whether to read the modules of packages too.
 */
export function loadFiles(build: PluginBuild, place: BuildPlace, isThorough: boolean) {
  const own = Object.keys(build.initialOptions.loader ?? {});
  build.onLoad({ filter: ASSETS, namespace: 'file' }, ({ path }) =>
    own.some((ending) => path.endsWith(ending)) ? undefined : inline(path, place),
  );
  build.onLoad({ filter: WASM, namespace: 'file' }, async ({ path }) => {
    if (own.some((ending) => path.endsWith(ending)) || !isPackage(path)) return undefined;
    const finding = await checkAsset(path, place.folder);
    const contents = await wasmModuleSource(path);
    return { ...messagesOf(finding ? [finding] : []), contents, loader: 'js', resolveDir: dirname(path) };
  });
  loadQueries(build, place);
  const filter = isThorough ? /\.[cm]?[jt]sx?$/ : NO_PACKAGE;
  build.onLoad({ filter, namespace: 'file' }, ({ path }) => {
    if (!/\.[cm]?[jt]sx?$/.test(path)) return undefined;
    const text = readText(path);
    if (!isPackage(path)) {
      place.own.add(path);
      place.isIncomplete ||= hasUnexpected(place, text);
    }
    const found = place.isWorker ? checkWorkerSource(text, path, place.folder) : [];
    if (found.length > 0) return messagesOf(found);
    const rewritten = rewriteReferences(text, path, place.folder);
    if (!rewritten) return undefined;
    return {
      ...messagesOf(rewritten.findings),
      contents: rewritten.text,
      loader: LOADERS[extname(path)] ?? build.initialOptions.loader?.['.js'] ?? 'js',
    };
  });
}

/** Follows the queries of imports that Vite knows. */
function loadQueries(build: PluginBuild, place: BuildPlace) {
  build.onResolve({ filter: QUERY }, async ({ path, ...request }) => {
    const [file = '', query = ''] = path.split('?');
    const found = await build.resolve(file, { ...request, pluginData: OWN });
    if (found.errors.length > 0)
      return { errors: [{ text: unresolvedMessage(path, request.importer, place.folder) }] };
    return { path: found.path, suffix: `?${query}`, namespace: QUERY_PLACE };
  });
  build.onLoad({ filter: /.*/, namespace: QUERY_PLACE }, async ({ path, suffix }) => ({
    resolveDir: dirname(path),
    ...(await loadQuery(build, place, path, suffix)),
  }));
}

async function loadQuery(
  build: PluginBuild,
  place: BuildPlace,
  path: string,
  suffix: string,
): Promise<OnLoadResult> {
  const { worker, url, raw, init } = readQuery(suffix);
  if (raw) return { contents: await readFile(path), loader: 'text' };
  if (worker) {
    const { text, ...messages } = await place.bundleWorker(path);
    if (text === undefined) return messages;
    const code = JSON.stringify(text);
    const contents = url ? `export default ${workerUrl(code)};` : workerSource(worker, code);
    return { ...messages, contents, loader: 'js' };
  }
  if (path.endsWith('.css'))
    return url
      ? { contents: sheetUrlSource(path), loader: 'js' }
      : { contents: await bundleStyles(build, path), loader: 'text' };
  if (!init) return inlineUrl(path, place);
  const { contents, ...messages } = await inline(path, place);
  if (!contents) return messages;
  const bytes = JSON.stringify(Buffer.from(contents).toString('base64'));
  return { ...messages, contents: wasmSource(bytes), loader: 'js' };
}

async function bundleStyles(build: PluginBuild, path: string): Promise<string> {
  const loader = Object.fromEntries(
    ['png', 'jpg', 'gif', 'svg', 'webp', 'avif', 'woff', 'woff2', 'ttf', 'otf', 'eot'].map((end) => [
      `.${end}`,
      'dataurl' as const,
    ]),
  );
  const { outputFiles } = await build.esbuild.build({
    ...innerOptions(build.initialOptions),
    entryPoints: [path],
    loader,
  });
  return outputFiles[0]!.text;
}

/** The module of a worker whose code, a string's source text, is part of the bundle: a constructor, as Vite's `?worker` exports it. */
const workerSource = (kind: 'Worker' | 'SharedWorker', code: string) => `
var url;
export default function (options) {
  url ||= ${workerUrl(code)};
  return new ${kind}(url, { name: options && options.name });
}
`;

/** The module of a WebAssembly file: a function that makes an instance, as Vite's `?init` exports it. */
const wasmSource = (bytes: string) => `
export default async function (imports) {
  var bytes = Uint8Array.from(atob(${bytes}), function (one) { return one.charCodeAt(0); });
  return (await WebAssembly.instantiate(bytes, imports)).instance;
}
`;
