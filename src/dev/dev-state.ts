/** The path of the event stream from which pages read the {@link DevState}. */
export const EVENTS = '/dev/events';

/** The path that pages post reports on updates to: `{component, sha256, text}`. */
export const REPORTS = '/dev/reports';

/** Where the modules of dev bundles are served; their names change with what is in them. */
export const MODULES = '/dev/modules/';

/** Why a widget could not be built. */
export interface BuildFailure {
  message: string;
  /** Relative to the plugin's folder, where known. */
  file?: string;
  /** From 1, as `column`. */
  line?: number;
  column?: number;
  /** The lines around, the place marked. */
  frame?: string;
}

/** One declared component, as the dev server has it. */
export interface DevWidget {
  pluginId: string;
  component: string;
  /** The base name of its bundle, by which it is served. */
  filename: string;
  /** SHA-256 of the newest good bundle, lower-case hex; absent before the first. */
  sha256?: string;
  /** There as long as the last build failed. */
  failure?: BuildFailure;
}

/** All that a page has to know of the dev server, sent at every change. */
export interface DevState {
  /** Another one after a restart. */
  boot: string;
  /** How often the manifest or a dashboard has changed. */
  documents: number;
  /** How often what answers requests has changed: `mock/*.json`, migrations. */
  answers: number;
  widgets: readonly DevWidget[];
}
