import { WidgetError, type Code, type Message, type Place } from '../contract/index.ts';

/** The messages of failures that only frames have, so pages without `./sandbox` do not load them (CONTRACT X). */
export const SANDBOX_MESSAGES = {
  FRAME_NOT_STARTED: {
    title: 'Frame did not start',
    cause: 'The sandboxed frame of the widget has not started after {seconds} s.',
    fix: 'Check that {url} is served, that frames may show it, and that dist/sandbox is in the installed package; then press Retry.',
  },
  FRAME_NOT_OPENED: {
    title: 'Frame not opened',
    cause: 'The page could not open the sandboxed frame of the widget: {message}',
    fix:
      'Check that sandbox({ sandboxOrigin }) of the app does not throw for this plugin, and that no script of the page replaces ' +
      'functions of the browser; then press Retry.',
  },
  FRAME_HUNG: {
    title: 'Widget hung',
    cause: 'The widget did not answer for {seconds} s, and its frame was stopped.',
    fix: 'Press Retry to start it again; if it hangs again, report it to the plugin’s author.',
  },
  FRAME_STOPPED: {
    title: 'Frame stopped',
    cause: 'The frame of the widget was stopped, because {why}.',
    fix: 'Press Retry to start it again; if it happens again, report it to the plugin’s author.',
  },
  ROUTE_REFUSED: {
    title: 'Route refused',
    cause: 'A sandboxed widget may not request {url}: {why}.',
    fix: 'Request /api/plugins/{pluginId}/… with the routes of the plugin itself.',
  },
  POWER_REFUSED: {
    title: 'Not allowed in the sandbox',
    cause: 'The widget tried to {tried}, which the sandbox does not allow: {message}',
    fix:
      'Use the widget without it, or ask the plugin’s author for a version that does without. If you trust the author with all that ' +
      'the page may do, trust the plugin: it then runs in the page, where this is allowed.',
  },
  LIMIT_EXCEEDED: {
    title: 'Limit exceeded',
    cause: 'The sandboxed widget exceeds a limit: {limit}.',
    fix: 'Send fewer or smaller requests, or raise the limit in sandbox({ limits }).',
  },
} as const satisfies Record<string, Message>;

/** A code that only frames have. */
export type SandboxCode = keyof typeof SANDBOX_MESSAGES;

/** Makes the error of a code that only frames have, its message complete. */
export const createSandboxError = (
  code: SandboxCode,
  details: Place & Record<string, unknown>,
): WidgetError => new WidgetError(code as string as Code, SANDBOX_MESSAGES[code], details);
