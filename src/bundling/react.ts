import { API_BASE, SHIM_SOURCES, shimPath, SHIMS } from '../contract/index.ts';

/** The shim of each module of React that a page has (CONTRACT S1, S5). */
const SHIM_OF = new Map<string, string>(SHIMS.map((shim) => [SHIM_SOURCES[shim].module, shim]));

/** Modules of React with a renderer of their own inside, tied to one version of React. */
const RENDERERS = /^react-dom\/(?:server|static|profiling|test-utils|unstable_testing)(?:\.[a-z.]+)?$/;

/** How a module asks for another; `dynamic-import` and the like count as `import`. */
export type Asking = 'import' | 'require';

/** What becomes of a specifier that concerns React: the page's URL, a module that hands out what is there, or a refusal. */
export type Resolution = { url: string } | { commonJs: string } | { refused: 'RENDERER_OF_ITS_OWN' };

/** The URL of the page's own copy of a module, `/api/widget-runtime/react.js` for `react`; nothing where the page has none. */
export function urlOf(specifier: string): string | undefined {
  const shim = SHIM_OF.get(specifier.replace(/(?:\/index)?(?:\.js)?$/, ''));
  return shim && API_BASE + shimPath(shim);
}

/** Whether a specifier is the URL of a shim already. */
export const isShimUrl = (specifier: string) => specifier.startsWith(API_BASE + shimPath(''));

/** Finds what a specifier that concerns React stands for (CONTRACT B2); nothing for every other one. */
export function resolveReact(specifier: string, asking: Asking): Resolution | undefined {
  if (RENDERERS.test(specifier)) return { refused: 'RENDERER_OF_ITS_OWN' };
  const url = isShimUrl(specifier) ? specifier : urlOf(specifier);
  if (!url) return undefined;
  return asking === 'require' ? { commonJs: url } : { url };
}

/**
 * The module that `require` of a shim's URL gives: the object itself, as a CommonJS module has it. `export * from` would
 * lose `default` and set `__esModule`, by which libraries decide what they were handed.
 */
export const commonJsText = (url: string) =>
  `import whole from ${JSON.stringify(url)};\nmodule.exports = whole;\n`;

/** A module's text, as the finder of copies needs it. */
export interface SourceModule {
  path: string;
  text: string;
  importers: readonly string[];
}

// What React and react-dom alone assign to; a library that reaches into them reads.
const INTERNALS =
  /\.__(?:SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED|(?:CLIENT|DOM)_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE)\s*=(?!=)/;

/** The files that are a copy of React or react-dom under another name, and who asks for them. */
export const findCopies = (modules: readonly SourceModule[]): SourceModule[] =>
  modules.filter(({ text }) => INTERNALS.test(text));
