import { useLayoutEffect, useState, type RefObject } from 'react';

/** The cards of one page that say the same: each element, with a function that receives the first of them in the document. */
type Group = Map<HTMLElement, (first: HTMLElement) => void>;

/** The groups of each page, by what they say. */
const pages = new WeakMap<object, Map<string, Group>>();

const isBefore = (one: HTMLElement, other: HTMLElement) =>
  (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;

function update(group: Group) {
  const elements = [...group.keys()];
  const first = elements.reduce((found, one) => (isBefore(one, found) ? one : found), elements[0]!);
  for (const set of group.values()) set(first);
}

/**
 * Finds the first card on the page that says the same as this one.
 *
 * @param page An object that all cards of a page share.
 * @returns The element of that card; `undefined` if this card is the first.
 */
export function useFirstCard(
  page: object,
  says: string,
  card: RefObject<HTMLElement | null>,
): HTMLElement | undefined {
  const [first, setFirst] = useState<HTMLElement>();
  useLayoutEffect(() => {
    const element = card.current!;
    const groups = pages.get(page) ?? new Map<string, Group>();
    const group = groups.get(says) ?? new Map<HTMLElement, (first: HTMLElement) => void>();
    pages.set(page, groups.set(says, group));
    group.set(element, (found) => setFirst(found === element ? undefined : found));
    update(group);
    return () => {
      group.delete(element);
      if (group.size > 0) update(group);
      else groups.delete(says);
    };
  }, [page, says, card]);
  return first;
}

/**
 * Finds the element with the operator's decision about a plugin: that whose `data-nousviz-review` is the plugin's id, or else empty,
 * which means all plugins.
 */
export function findReview(pluginId: string | undefined): HTMLElement | undefined {
  const all = [...document.querySelectorAll<HTMLElement>('[data-nousviz-review]')];
  const of = (id: string | undefined) => all.find(({ dataset }) => dataset.nousvizReview === id);
  return of(pluginId) ?? of('');
}

/** Follows a link, or moves the focus to another element. */
export function goTo(element: HTMLElement): void {
  if (element.matches('a[href]')) return element.click();
  if (!element.hasAttribute('tabindex')) element.tabIndex = -1;
  element.focus();
}
