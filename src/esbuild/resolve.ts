import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BuildOptions, OnResolveArgs, OnResolveResult, PluginBuild } from 'esbuild';
import {
  buildMessage,
  commonJsSource,
  installedFolder,
  isCommonJs,
  isFatal,
  isInstalled,
  isModule,
  isNodeBuiltIn,
  isPackage,
  isUnknownFile,
  MARKED,
  markedSource,
  markedSpecifier,
  packageOf,
  placeOf,
  resolveReact,
  unresolvedMessage,
} from '../bundling/index.ts';
import { COMMON_JS, OWN, type BuildPlace } from './place.ts';
import { UNALIASED } from './react-aliases.ts';
import { entryPaths, importsIn, specifiersOf, UNNAMED } from './specifiers.ts';

const MISSING = 'nousviz-missing';
const INTEROP = 'nousviz-interop';
const MARKED_PLACE = 'nousviz-marked';

/**
 * Paths of CommonJS modules and of texts, which esbuild would read. Packages have thousands of other paths; `explainErrors` has the
 * messages for those that lead to nothing.
 */
const READ_PATH = /\.(?:c[jt]s|txt)$/;

const REACT = new Set(['react', 'react-dom']);

const isStatic = (kind: string) => kind === 'import-statement' || kind === 'entry-point';
const isScript = (kind: string) => isStatic(kind) || /^(?:require-call|dynamic-import)$/.test(kind);

/** Leads the modules of React to the page's own, and reports modules that do not exist. */
export function resolveModules(build: PluginBuild, place: BuildPlace) {
  // A worker has no page, so that its React is its own.
  const react = place.hasAliases ? UNALIASED : /^react(?:-dom)?(?:\/|$)/;
  for (const filter of place.isWorker ? [] : [react, /\/widget-runtime\//])
    build.onResolve({ filter }, ({ path, kind, importer, namespace }) => {
      const found = resolveReact(path, kind.startsWith('require') ? 'require' : 'import');
      if (kind === 'entry-point') return undefined;
      if (!found) return place.hasAliases ? unaliased(path, importer) : undefined;
      if ('url' in found) {
        const marked =
          place.tailwind &&
          namespace !== MARKED_PLACE &&
          markedSpecifier(found.url, namespace === COMMON_JS || isPackage(importer));
        return marked ? { path: marked, namespace: MARKED_PLACE } : { path: found.url, external: true };
      }
      if ('commonJs' in found) return { path: found.commonJs, namespace: COMMON_JS };
      const file = placeOf(path, importer, place.folder);
      return { errors: [{ text: buildMessage(found.refused, { file, specifier: path }) }] };
    });
  build.onLoad({ filter: /.*/, namespace: COMMON_JS }, ({ path }) => ({
    contents: commonJsSource(path),
    loader: 'js',
  }));

  build.onResolve({ filter: new RegExp(`^${MARKED}`) }, ({ path }) => ({ path, namespace: MARKED_PLACE }));
  build.onLoad({ filter: /.*/, namespace: MARKED_PLACE }, ({ path }) => ({
    contents: markedSource(path),
    loader: 'js',
  }));

  const names = [...(place.names ?? [])].filter((name) => !place.hasAliases || !REACT.has(name));
  const specifiers = place.names ? [UNNAMED, specifiersOf(names)] : [/^[^./]/];
  for (const filter of [...specifiers, READ_PATH])
    build.onResolve({ filter }, (request) => resolveFile(build, request, place));
  build.onResolve({ filter: entryFilter(build.initialOptions) }, ({ kind, resolveDir }) => {
    if (kind === 'entry-point') place.folder = resolveDir;
    return undefined;
  });
  // In a package with "type": "module", esbuild imports CommonJS packages as Node does: `default` is the whole exports object.
  // TypeScript and authors mean the member `default`, which a module outside of packages gets.
  build.onLoad({ filter: /.*/, namespace: INTEROP }, ({ path }) => {
    const from = JSON.stringify(path);
    return {
      contents: `export * from ${from}; export { default } from ${from};`,
      resolveDir: dirname(path),
      loader: 'js',
    };
  });
  build.onLoad({ filter: /.*/, namespace: MISSING }, ({ pluginData }) => ({
    contents: `throw new Error(${JSON.stringify(pluginData)});`,
    loader: 'js',
  }));
}

/** Whether a module of the author's imports a package that the plugin did not expect. */
export const hasUnexpected = ({ names }: BuildPlace, text: string) =>
  names !== undefined &&
  importsIn(text).some((specifier) => {
    const name = packageOf(specifier);
    return name !== undefined && !names.has(name);
  });

/** A pattern for the entry points of a build, as the author wrote them. */
function entryFilter(options: BuildOptions): RegExp {
  const escaped = entryPaths(options).map((path) => path.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^(?:${escaped.join('|')})$`);
}

async function resolveFile(
  build: PluginBuild,
  request: OnResolveArgs,
  place: BuildPlace,
): Promise<OnResolveResult | undefined> {
  const { path, kind, importer, namespace, resolveDir, pluginData, with: attributes } = request;
  if (pluginData === OWN || !isScript(kind) || /^(?:https?|data):/.test(path)) return undefined;
  if (kind === 'entry-point') place.folder = resolveDir;
  else if (/^[a-z_]/i.test(path) && (await isNodeBuiltIn(path, importer)))
    return missing(
      isStatic(kind),
      path,
      buildMessage('NODE_BUILT_IN', { file: placeOf(path, importer, place.folder), specifier: path }),
    );
  if (isPackage(importer)) {
    const name = /^[./]/.test(path) ? undefined : packageOf(path);
    if (!name || isInstalled(name, importer)) return undefined;
  }
  const found = await build.resolve(path, {
    kind,
    importer,
    namespace,
    resolveDir,
    pluginData: OWN,
    ...(attributes && { with: attributes }),
  });
  if (found.errors.length > 0)
    return kind === 'entry-point'
      ? undefined
      : missing(isFatal(kind, path, importer), path, unresolvedMessage(path, importer, place.folder));
  if (found.external || found.namespace !== 'file') return undefined;
  if (!isPackage(importer) && isModule(importer) && (await isCommonJs(found.path)))
    return { path: found.path, namespace: INTEROP, sideEffects: found.sideEffects };
  const { loader = {}, plugins = [] } = build.initialOptions;
  const isHandled = plugins.length > 1 || Object.keys(loader).some((ending) => found.path.endsWith(ending));
  if (isPackage(found.path) || isHandled || !isUnknownFile(found.path)) return undefined;
  const file = placeOf(path, importer, place.folder);
  return { errors: [{ text: buildMessage('UNKNOWN_FILE', { file, specifier: path }) }] };
}

/** Another file of React's packages, such as their manifest, which esbuild would look for below the URL of an alias. */
function unaliased(specifier: string, importer: string): OnResolveResult | undefined {
  const name = packageOf(specifier)!;
  const folder = specifier === name ? undefined : installedFolder(name, importer);
  const path = folder && join(folder, specifier.slice(name.length));
  return path && existsSync(path) ? { path: realpathSync(path) } : undefined;
}

/** A module that cannot be bundled. Code may handle a missing module that it requires, so that the bundle throws only then. */
function missing(isError: boolean, path: string, text: string): OnResolveResult {
  if (isError) return { errors: [{ text }] };
  return { path, namespace: MISSING, pluginData: text, warnings: [{ text }] };
}
