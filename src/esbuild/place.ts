import type { PartialMessage } from 'esbuild';
import type { Tailwind } from '../bundling/index.ts';

/** The place of a build, which its parts share. */
export interface BuildPlace {
  /** The folder that esbuild resolves relative paths in, which the process may have left. */
  folder: string;
  /** The packages whose modules the plugin resolves, or `undefined` for all. */
  names: ReadonlySet<string> | undefined;
  /** Whether esbuild itself leads imports of React to the page's own. */
  hasAliases: boolean;
  /** The expressions that the author's options replace. */
  defined: ReadonlySet<string>;
  /** The author's modules, as absolute paths. */
  own: Set<string>;
  /** Compiles the Tailwind classes of the author's modules. */
  tailwind: Tailwind | undefined;
  /** Whether the plugin has to resolve others too. */
  isIncomplete: boolean;
  /** Whether the build is that of a worker, which has no page and no React of the page. */
  isWorker: boolean;
  /** Bundles the module of a worker, which becomes part of the bundle as text. */
  bundleWorker(this: void, path: string): Promise<WorkerBundle>;
}

/** The code of a worker, unless there are errors. */
export interface WorkerBundle {
  text?: string;
  errors: PartialMessage[];
  warnings: PartialMessage[];
}

/** The namespace of the modules that `require` of React returns. */
export const COMMON_JS = 'nousviz-commonjs';

/** Marks the plugin's own requests to resolve a module. */
export const OWN = Symbol('nousviz');
