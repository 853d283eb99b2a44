import type { Kind, Vector } from './vector.ts';
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

/** The vectors that can share a page: those with the same defences. */
const groupsOf = (vectors: readonly Vector[]): Vector[][] => {
  const groups = new Map<unknown, Vector[]>();
  for (const vector of vectors) {
    const key = vector.isAlone ? vector : vector.stoppedBy.join(', ');
    groups.set(key, [...(groups.get(key) ?? []), vector]);
  }
  return [...groups.values()];
};

/** The vectors of each page of the suite. */
export const units = kinds.flatMap(({ title, vectors: all }) =>
  groupsOf(all).map((vectors) => ({
    title: vectors.length > 1 ? `${title}, stopped by ${vectors[0]!.stoppedBy.join(', ')}` : vectors[0]!.name,
    vectors,
  })),
);

export { advance, harmless } from './vectors/requests.ts';
export { open } from './vectors/open.ts';
export * from './vectors/differences.ts';
