import type { Config, RefusedRequests } from '../contract/index.ts';
import type { Power } from './powers.ts';

/**
 * The version of the wire (CONTRACT X4). The page and the frame's script come from one package, but a browser may have an older
 * script in its cache: a frame with another version is stopped.
 */
export const WIRE = 6;

/** The longest text of a failure that is sent or read, in characters. */
export const MAX_TEXT = 4000;

/** The height of a frame before its widget reports one, in pixels: a number that hardly any row of a dashboard has. */
export const FIRST_HEIGHT = 127;

/** The only message between windows. The page sends it once, when the frame has loaded, with one `MessagePort`. */
export interface Hello {
  nousviz: 'sandbox';
  wire: typeof WIRE;
  start: FrameStart;
  /** The frame's script in UTF-8; without it, the frame requests the script. */
  script?: ArrayBuffer | undefined;
}

/** The component that a frame shows. */
export interface FrameComponent {
  pluginId: string;
  name: string;
  /** The path in the plugin's folder. */
  path: string;
  filename: string;
  /** The SHA-256 of the bytes to run; `undefined` if the host API has no hashes. */
  hash: string | undefined;
  /** The number of earlier loads. */
  attempt: number;
  audience: 'operator' | 'author' | undefined;
}

/** The props of the widget that change while it runs. */
export interface FrameProps {
  dashboardName: string;
  config: Config;
}

/** What a frame starts with. It comes with the port, since a further message would wait for the tasks of all other frames. */
export interface FrameStart {
  component: FrameComponent;
  props: FrameProps;
  theme: Theme;
  /** The largest body of a request, in bytes. */
  messageBytes: number;
}

/** The look of the page around the frame. */
export interface Theme {
  /** The attributes of `<html>` and `<body>`: `class`, `lang`, `dir` and `data-*`. */
  html: Readonly<Record<string, string>>;
  body: Readonly<Record<string, string>>;
  /** The page's style sheets. */
  css: string;
  /** The values of the theme's variables and of inherited properties where the panel is. */
  values: Readonly<Record<string, string>>;
}

/** A failure that the frame has diagnosed. The page makes its error from the code, and trusts nothing in it. */
export interface FrameFailure {
  code: string;
  /** The arguments of the message: strings, numbers and lists of strings. */
  details: Readonly<Record<string, unknown>>;
  message: string;
  stack: string;
  at?: string | undefined;
  frame?: string | undefined;
  /** The power that the frame has refused, if the failure is about one. */
  refused?: Power | undefined;
}

/** A request of the widget, with its whole body. */
export interface FrameRequest {
  id: number;
  /** As the widget has written it; the page resolves it. */
  url: string;
  method: string;
  headers: readonly (readonly [string, string])[];
  body?: ArrayBuffer | undefined;
  /** The bytes that the frame has read of a body which exceeds `messageBytes`, and therefore is not sent. */
  refusedBytes?: number | undefined;
  redirect: RequestRedirect;
  cache: RequestCache | undefined;
}

/** An answer without its body, which follows in chunks as the widget reads it. */
export interface AnswerHead {
  status: number;
  statusText: string;
  headers: readonly (readonly [string, string])[];
  url: string;
  redirected: boolean;
  type: ResponseType;
  hasBody: boolean;
}

/** An error with which a request ends. */
export interface RequestError {
  name: string;
  message: string;
  code?: string | undefined;
}

/** The page's messages to the frame. */
export type ToFrame =
  | { type: 'props'; props: FrameProps }
  | { type: 'theme'; theme: Theme }
  | { type: 'ping' }
  | { type: 'answer'; id: number; head: AnswerHead }
  | { type: 'chunk'; id: number; bytes: Uint8Array }
  | { type: 'end'; id: number; error?: RequestError };

/** The frame's messages to the page, which reads them as those of an attacker (`read-message.ts`). */
export type ToPage =
  | { type: 'booted'; wire: number }
  /** The widget has rendered, in this height; each other height follows. */
  | { type: 'rendered'; height: number }
  | { type: 'height'; height: number }
  | { type: 'failed'; failure: FrameFailure }
  | { type: 'noted'; failure: FrameFailure }
  | { type: 'pong' }
  /** Requests that the policy of the frame has refused since the last such message, under any names. */
  | { type: 'refused'; requests: Readonly<Record<string, RefusedRequests>> }
  | { type: 'request'; request: FrameRequest }
  | { type: 'more'; id: number }
  | { type: 'abort'; id: number };
