import type { ConfigSchema } from '../config/index.ts';

/** The path of the event stream that sends the {@link DevState} to pages. */
export const EVENTS = '/dev/events';

/** The path to which pages post reports about updates: `{component, sha256, text}`. */
export const REPORTS = '/dev/reports';

/** The path to which pages post a place in the source to open in the author's editor: `{at: "widget/MyWidget.tsx:12:5"}`. */
export const OPEN = '/dev/open';

/** The reason why a widget could not be built. */
export interface BuildFailure {
  message: string;
  /** Relative to the plugin's folder, if known. */
  file?: string;
  /** From 1, like `column`. */
  line?: number;
  column?: number;
  /** The code frame: the lines around the marked place. */
  frame?: string;
}

/** The state of one declared component in the dev server. */
export interface DevWidget {
  pluginId: string;
  component: string;
  /** The base name of its bundle, which is part of its URL. */
  filename: string;
  /** SHA-256 of the last successful build, lower-case hex; absent before the first. */
  sha256?: string;
  /** Present if the last build failed. */
  failure?: BuildFailure;
  /** The JSON Schema of its config, of its file's export `config` or of the manifest. */
  config?: ConfigSchema;
}

/** The state of the dev server, which it sends to pages after every change. */
export interface DevState {
  /** The id of the server process. */
  boot: string;
  /** The number of changes to the manifest or a dashboard. */
  documents: number;
  /** The number of changes to `mock/*.json` or migrations. */
  answers: number;
  widgets: readonly DevWidget[];
  /** The mistakes in `mock/*.json`, as `mock/items.json:3:5: …`. */
  mistakes: readonly string[];
}
