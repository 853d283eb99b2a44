/**
 * Imports a module whose URL is known at run time only. The comments keep Vite, webpack, Rspack and Turbopack from resolving it
 * when they build the host app.
 */
export const importUrl = <Module = { default?: unknown }>(url: string): Promise<Module> =>
  import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ url) as Promise<Module>;
