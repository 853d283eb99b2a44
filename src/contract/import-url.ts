/**
 * Imports a module whose URL is known only at run time. Each comment prevents a bundler from replacing this `import()` when it
 * builds the host app: Vite; webpack and Rspack; Turbopack. Rollup, esbuild and Parcel do not replace it.
 */
export const importUrl = <Module = { default?: unknown }>(url: string): Promise<Module> =>
  import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ url) as Promise<Module>;
