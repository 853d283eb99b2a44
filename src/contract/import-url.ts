/**
 * Imports a module whose URL is known only at run time. The comments prevent Vite, webpack, Rspack and Turbopack from resolving
 * the URL when they build the host app.
 */
export const importUrl = <Module = { default?: unknown }>(url: string): Promise<Module> =>
  import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ url) as Promise<Module>;
