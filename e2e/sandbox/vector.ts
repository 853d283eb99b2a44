import type { Listeners } from './listeners.ts';

/** The defences, in the words of the guide's table. A control runs without those that its vector names. */
export const DEFENCES = {
  policy: 'the `Content-Security-Policy` of the frame',
  allowlist: '`Connection-Allowlist`',
  permissions: 'the `Permissions-Policy` of the frame',
  attribute: 'the opaque origin of `sandbox="allow-scripts"`',
  referrer: 'the `referrerpolicy` of the frame',
  'frame-src': '`frame-src` of the page',
  globals: 'the lock-down of globals',
  server: 'the refusals of the server',
  wire: 'the checks of messages in the page',
  limits: 'the limits of messages in the page',
  beat: 'the heartbeat of the page',
} as const;

export type Defence = keyof typeof DEFENCES;

/** A tab of a browser, in which vectors run. */
export interface Tab {
  open(url: string): Promise<unknown>;
  /** Sets the height of the viewport, in pixels. */
  resize(height: number): Promise<unknown>;
  /** Calls a function in the page. It can use nothing else. */
  call<Result>(run: () => Result | Promise<Result>): Promise<Result>;
  /** Calls a function in the frame of a panel. It can use nothing else. */
  callIn<Result>(panel: string, run: () => Result | Promise<Result>): Promise<Result>;
  /** Presses an element of the page, and types, as a user does. */
  type(selector: string, text: string): Promise<unknown>;
  /** Dialogs, downloads and popups of the browser so far, by name. */
  events(): Promise<readonly string[]>;
}

/** The place of a vector: the tab with the frame, and the listeners of another host. */
export interface Place {
  tab: Tab;
  listeners: Listeners;
  /** What the code returned or found, as text. */
  loot: string;
  /** The URLs that the server and the listeners were asked for. */
  asked: readonly string[];
  /** The names that the browser resolved, in a browser with a profile. */
  resolved?: readonly string[];
}

/** A way out of the frame. */
export interface Vector {
  /** A verb and its object, in everyday words. */
  name: string;
  /**
   * The body of an async function of the widget. It has `to`, a URL of another host; `add(html)`, which inserts HTML; `host`, the
   * widget's own handle; `wait(ms)`; and `send(message)`, which sends a message past the helpers. What it returns is the loot.
   */
  code: string;
  /** The defences that stop it. The control runs without them. */
  stoppedBy: readonly Defence[];
  /** Whether it got through. @default whether a listener of the other host was reached */
  leaks?(place: Place): boolean | Promise<boolean>;
  /** Acts as a user after the code has run. */
  act?(place: Place): Promise<unknown>;
  /** Whether it needs a page for itself. @default false */
  isAlone?: boolean;
}

/** A vector that gets through, in spite of all defences. */
export interface OpenVector extends Omit<Vector, 'stoppedBy' | 'isAlone'> {
  /** The browsers in which it gets through. */
  engines: string;
  /** What an operator can do. */
  helps: string;
}

/** A group of vectors of one kind. */
export interface Kind {
  /** The heading of its table. */
  title: string;
  vectors: readonly Vector[];
}
