import { API_BASE, REACT_INTERNALS, SHIM_SOURCES, shimOf, shimPath, SHIMS } from '../contract/index.ts';

/** The shim of each module of React (CONTRACT S1, S5). */
const SHIM_BY_MODULE = new Map<string, string>(SHIMS.map((shim) => [SHIM_SOURCES[shim].module, shim]));

/** Modules of React that contain a separate renderer, which works with only one version of React. */
const RENDERERS = /^react-dom\/(?:server|static|profiling|test-utils|unstable_testing)(?:\.[a-z.]+)?$/;

/** The kind of an import. A dynamic import counts as `import`. */
export type ImportKind = 'import' | 'require';

/** The result for a specifier that concerns React: a URL of the page, a CommonJS module for that URL, or a refusal. */
export type Resolution = { url: string } | { commonJs: string } | { refused: 'RENDERER_OF_ITS_OWN' };

/** The URL of the page's own copy of a module, `/api/widget-runtime/react.js` for `react`, or `undefined` if there is no copy. */
export function shimUrl(specifier: string): string | undefined {
  const shim = SHIM_BY_MODULE.get(specifier.replace(/(?:\/index)?(?:\.js)?$/, ''));
  return shim && API_BASE + shimPath(shim);
}

/** Resolves a specifier that concerns React (CONTRACT B2), and returns `undefined` for every other specifier. */
export function resolveReact(specifier: string, kind: ImportKind): Resolution | undefined {
  if (RENDERERS.test(specifier)) return { refused: 'RENDERER_OF_ITS_OWN' };
  // A relative path is a file on disk, even if its folder has the name of the shims'.
  const isUrl = shimOf(specifier) !== undefined && !specifier.startsWith('.');
  const url = isUrl ? specifier : shimUrl(specifier);
  if (!url) return undefined;
  return kind === 'require' ? { commonJs: url } : { url };
}

/**
 * The source text of the module that `require` of a shim's URL returns. It exports the object itself, as CommonJS modules do:
 * `export * from` would drop `default` and set `__esModule`, by which libraries recognise ES modules.
 */
export const commonJsSource = (url: string) =>
  `import whole from ${JSON.stringify(url)};\nmodule.exports = whole;\n`;

/** A module of a build. Its text and its importers may be getters, since few are wanted. */
export interface SourceModule {
  readonly path: string;
  readonly text: string;
  readonly importers: readonly string[];
}

/** Finds the modules that are a copy of React or react-dom under another name. */
export const findCopies = (modules: readonly SourceModule[]): SourceModule[] =>
  modules.filter(({ text }) => REACT_INTERNALS.test(text));
