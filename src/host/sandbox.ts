import type { WidgetError } from '../contract/index.ts';
import type { ApiFetchOptions } from '../helpers/index.ts';
import type { ActivityEntry } from './activity.ts';
import type { PluginStore } from './plugin-list.ts';
import type { Sandboxed } from './trust.ts';
import type { Widget } from './widget.ts';

/** The parts of a host that a sandbox uses. */
export interface SandboxPage {
  /** URL of the host API, absolute or root-relative, without a trailing slash. */
  readonly apiBase: string;
  readonly plugins: PluginStore;
  /** The time after which a widget that is still loading is reported, in milliseconds. */
  readonly loadTimeout: number;
  /** The reader of the cards. */
  readonly audience?: 'operator' | 'author' | undefined;
  /** Returns the operator's session token, which reports leave out. */
  readonly getSessionToken?: ApiFetchOptions['getSessionToken'] | undefined;
  /** Reports an error once: to the console, the activity list and the host's `onError`. */
  report(error: WidgetError): void;
  /** Adds an entry to the activity list. */
  onEntry(entry: ActivityEntry): void;
}

/**
 * Makes the component that shows a sandboxed plugin's component in a frame (CONTRACT X). What it throws is a `WidgetError`.
 *
 * @param attempt The number of earlier loads.
 */
export type Sandbox = (sandboxed: Sandboxed, attempt: number, page: SandboxPage) => Widget | Promise<Widget>;
