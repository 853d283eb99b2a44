import type { BuildOptions, BuildResult, PluginBuild } from 'esbuild';
import { readText, shimUrl } from '../bundling/index.ts';
import { SHIM_SOURCES, SHIMS } from '../contract/index.ts';
import { COMMON_JS } from './place.ts';

/** The URL of the page's own copy of each module of React. */
const ALIASES = Object.fromEntries(
  SHIMS.map((shim) => SHIM_SOURCES[shim].module).map((module) => [module, shimUrl(module)!]),
);
const URLS = Object.values(ALIASES);

/** What {@link aliasReact} leaves to the plugin: other modules of React, and other spellings. esbuild's patterns have no lookahead. */
export const UNALIASED = /^react(?:-dom)?\/(?:[^cj]|c[^l]|j[^s]|(?:jsx-(?:dev-)?runtime|client).)/;

/** The prefix of the modules of React that code requires. */
const REQUIRED = 'nousviz-require:';
const REQUIRE = new RegExp(String.raw`\brequire\((["'])(${Object.keys(ALIASES).join('|')})\1\)`, 'g');

/**
 * Lets esbuild itself lead the imports of React to the page's own. Packages have hundreds of them, and each call of the plugin takes
 * as long as reading a small module. esbuild would do the same with `require`, which needs a CommonJS module: the plugin marks it in
 * the packages that are known to use it, and {@link requiresReact} finds the rest in the result.
 *
 * @param packages The names of those packages.
 */
export function aliasReact(build: PluginBuild, packages: ReadonlySet<string>) {
  const { initialOptions: options } = build;
  options.alias = { ...options.alias, ...ALIASES };
  options.external = [...(options.external ?? []), ...URLS];
  const names = [...packages].map((name) => name.replace(/[^\w/]/g, String.raw`\$&`));
  if (names.length === 0) return;
  const filter = new RegExp(String.raw`[\\/]node_modules[\\/](?:${names.join('|')})[\\/].*\.c?js$`);
  build.onLoad({ filter, namespace: 'file' }, ({ path }) => {
    const text = readText(path);
    const contents = text.replace(REQUIRE, `require("${REQUIRED}$2")`);
    return contents === text ? undefined : { contents, loader: options.loader?.['.js'] ?? 'js' };
  });
  build.onResolve({ filter: new RegExp(`^${REQUIRED}`) }, ({ path }) => ({
    path: ALIASES[path.slice(REQUIRED.length)]!,
    namespace: COMMON_JS,
  }));
}

/** The author's own aliases. */
export const ownAliases = ({ alias = {} }: BuildOptions): Record<string, string> =>
  Object.fromEntries(Object.entries(alias).filter(([, to]) => !URLS.includes(to)));

/** A call with the URL of a module of React that is no `import()`. */
const CALL = new RegExp(String.raw`(?<!\bimport)\((["'])(?:${URLS.join('|')})\1\)`);

/** Whether a bundle of a build with these aliases requires a module of React. */
export const requiresReact = ({ outputFiles = [] }: BuildResult): boolean =>
  outputFiles.some(({ path, text }) => /\.m?js$/.test(path) && CALL.test(text));
