/** What a page of the benchmark keeps of its run; `marks.js` makes it. */
interface Bench {
  /** How many panels a dashboard has. */
  panels: number;
  /** How often widgets were rendered. */
  renders: number;
  /** Counts one. */
  rendered(): void;
  /** When all panels of a dashboard had their text, by dashboard, in milliseconds since the navigation began. */
  marks: Record<string, number>;
  longTasks: { start: number; duration: number }[];
  /** Resolves when all panels of a dashboard have their text. */
  shown(dashboard: string): Promise<void>;
  /** Resolves when the first dashboard is there. */
  ready: Promise<void>;
  /** Shows the other dashboard; the contender's client sets it. */
  open(dashboard: string): void;
}

interface Window {
  bench: Bench;
  NousViz: object;
  /** Has the page of the registry take in so many new names, in one of its ways; `time` in milliseconds, `renders` of panels. */
  take(way: string, count: number): Promise<{ time: number; renders: number }>;
}

/** The numbers of a widget, written in when it is built. */
declare const __SERIES__: number[];

// The peers are installed by the benchmark alone, and types are checked without it.
declare module '@module-federation/runtime' {
  export function createInstance(options: { name: string; remotes: object[]; shared?: object }): {
    registerRemotes(remotes: { name: string; entry: string; type: 'module' }[]): void;
    loadRemote<Module>(id: string): Promise<Module | null>;
  };
}
declare module 'systemjs/dist/system.min.js';
declare const System: {
  set(id: string, module: object): void;
  addImportMap(map: { imports: Record<string, string> }): void;
  import<Module>(id: string): Promise<Module>;
};
