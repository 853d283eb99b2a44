/** The measurements of a page, which `marks.js` creates. */
interface Bench {
  /** The number of panels of a dashboard. */
  panels: number;
  /** The number of renders of widgets. */
  renders: number;
  /** Counts a render. */
  rendered(): void;
  /** The time when all panels of a dashboard had their text, by dashboard, in milliseconds since the start of the navigation. */
  marks: Record<string, number>;
  longTasks: { start: number; duration: number }[];
  /** Resolves when all panels of a dashboard have their text. */
  shown(dashboard: string): Promise<void>;
  /** Resolves when the first dashboard is complete. */
  ready: Promise<void>;
  /** Shows a dashboard. The contender's client sets it. */
  open(dashboard: string): void;
  /** Shows a link to a dashboard. The client of a contender that preloads links sets it. */
  link?(dashboard: string): void;
}

interface Window {
  bench: Bench;
  NousViz: object;
  /** Adds `count` new names to the registry in one way. Returns the `time` in milliseconds and the `renders` of panels. */
  addNames(way: string, count: number): Promise<{ time: number; renders: number }>;
}

/** The numbers of a widget. The build replaces it. */
declare const __SERIES__: number[];

// Only the benchmark installs the peers, so the type check needs declarations.
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
