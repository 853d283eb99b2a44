/** The height of a widget that fills its panel, where nothing gives the row a height: that of a chart in most dashboards. */
const ROOM = '18rem';
/** The number of times that a widget may change until its height is final: most wait for data first. */
const CHECKS = 20;

/** Whether an element has no height by itself, or contains a drawing of the 150 pixels that HTML gives to one without a size. */
const isUnsized = (element: Element) =>
  element.clientHeight === 0 ||
  [element, element.firstElementChild].some((one) => one?.matches('canvas, svg') && one.clientHeight === 150);

/**
 * Gives a widget that fills its panel a height where its row has none. A widget fills its panel if one of its elements has no height
 * by itself, and grows with the panel: a chart of 100 %, or the part below a title that takes the rest.
 *
 * @param place The element of the panel's size, an item of a column.
 * @param content The only child of `place`, which contains the widget.
 * @returns `check` decides at once whether the widget fills its panel, `end` ends the observation.
 */
export function createRoom(place: HTMLElement, content: HTMLElement): { check: () => void; end: () => void } {
  // Test environments have no layout.
  const sizes = typeof ResizeObserver === 'function' ? new ResizeObserver(check) : undefined;
  const nodes = new MutationObserver(check);
  let left = sizes ? CHECKS : 0;
  sizes?.observe(content);
  nodes.observe(content, { childList: true, subtree: true });

  function end() {
    sizes?.disconnect();
    nodes.disconnect();
  }
  function check() {
    if (left === 0 || content.clientWidth === 0 || !content.firstElementChild) return;
    left -= 1;
    // First as high as its content, then as high as the room.
    place.style.flex = 'none';
    content.style.alignSelf = 'start';
    const before = [...content.querySelectorAll('*'), ...(content.clientHeight === 0 ? [content] : [])]
      .filter(isUnsized)
      .map((element) => ({ element, height: element.clientHeight }));
    content.style.alignSelf = '';
    place.style.height = ROOM;
    const isFilling = before.some(({ element, height }) => element.clientHeight > height);
    place.style.height = '';
    // It is smaller in a row of a smaller height.
    place.style.flex = isFilling ? `1 1 ${ROOM}` : '1';
    if (isFilling) left = 0;
    if (left === 0) end();
  }
  return { check, end };
}
