import type { Kind } from './vector.ts';
import { messages, routes } from './vectors/messages.ts';
import { navigations, page } from './vectors/navigation.ts';
import { reads } from './vectors/reads.ts';
import { elements, requests } from './vectors/requests.ts';
import { tricks } from './vectors/tricks.ts';
import { calls } from './vectors/webrtc.ts';

/** The vectors of the suite by kind. */
export const kinds: readonly Kind[] = [
  reads,
  navigations,
  page,
  requests,
  elements,
  calls,
  routes,
  messages,
  tricks,
];

export { advance, harmless } from './vectors/requests.ts';
export { open } from './vectors/open.ts';
