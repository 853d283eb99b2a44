import type { Message, Variant } from './message.ts';
import type { Code } from './messages.ts';

const blocked = (what: string): Message => ({
  title: 'Request blocked',
  cause: `No answer for ${what}, while the server answers other requests.`,
  fix: 'Check whether a browser extension, such as an ad blocker, or a proxy blocks it, then press Retry.',
});

/** Other messages of a code, by the failure's `variant`. */
export const VARIANTS: Partial<Record<Code, Partial<Record<Variant, Partial<Message>>>>> = {
  UNREACHABLE: { blocked: blocked('{file}') },
  API_FAILED: { blocked: blocked('{url}') },
  NAME_TAKEN: {
    again: { fix: 'Reload the page to run the current version.' },
  },
  WRONG_SHIM: { author: { fix: 'Import "{url}" instead: correct the alias and save the file.' } },
  BUNDLE_SYNTAX: {
    author: {
      fix: 'The file may be cut short, or may not be a bundle at all. Fix the widget and save the file.',
    },
  },
  BUNDLE_THREW: {
    author: { fix: 'Fix the error in the widget and save the file.' },
    again: {
      fix: 'It has run on this page before: reload the page. If it fails again, fix the error in the plugin.',
    },
  },
  WIDGET_CRASHED: {
    author: { fix: 'Fix the error in the widget and save the file, or press Retry to load it again.' },
    app: {
      title: 'Panel crashed',
      cause: 'This panel is the app’s own, and it threw: {message}',
      fix: 'Press Retry to render it again; if it fails again, report it to the developers of this app.',
    },
  },
  WIDGET_PARKED: {
    author: { fix: 'Fix the error in the widget and save the file, or release it to try again.' },
  },
  UNCAUGHT_ERROR: {
    author: { fix: 'Catch it in the event handler, timer or promise that throws it.' },
  },
};
