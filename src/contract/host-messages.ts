import type { Message } from './message.ts';

/**
 * The messages of errors that the host throws synchronously. Every page loads them; all other messages are loaded with the
 * first failure.
 */
export const HOST_MESSAGES = {
  HOST_ALREADY_PUBLISHED: {
    title: 'Two hosts on one page',
    cause: 'window.NousViz is already published by {met}.',
    fix: 'Use one copy of @nousviz/widget-runtime and one set of options per page, and reload it after a change.',
  },
  HOST_MISSING: {
    title: 'No host around the panel',
    cause: '{place} has no host that this copy of the library made.',
    fix: 'Wrap the app in <HostProvider>, with the host that createHost() returned.',
  },
  NAME_REFUSED: {
    title: 'Name refused',
    cause: 'host.register expects a name and a React component, not {given}.',
    fix: 'Give it both.',
  },
  TRUST_REVOKED: {
    title: 'Trust revoked',
    cause: 'The operator revoked trust, so the plugin’s requests have ended.',
    fix: 'Trust the plugin again.',
  },
} as const satisfies Record<string, Message>;

/** Replaces a failure's own message, under the failure's own code, if that message could not be loaded. */
export const MESSAGE_NOT_LOADED = {
  title: 'Failed',
  cause: '{what} failed{why}, and the page could not load the explanation: {reason}',
  fix: 'Check the connection and the server, then press Retry.',
} as const satisfies Message;
