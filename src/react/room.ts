/** The height of a widget that fills its panel, where nothing gives the row a height, in rem: that of a chart in most dashboards. */
const ROOM = 18;
/** The number of times that a widget may change until its height is final: most wait for data first. */
const CHECKS = 20;

/** Whether an element has no height by itself, or contains a drawing of the 150 pixels that HTML gives to one without a size. */
const isUnsized = (element: Element) =>
  element.clientHeight === 0 ||
  [element, element.firstElementChild].some((one) => one?.matches('canvas, svg') && one.clientHeight === 150);

/** The elements in which a widget draws in an effect, where it may read its size once. */
const DRAWINGS = 'canvas, div:empty, svg:empty';

interface Room {
  /** The element of the panel's size, an item of a column. */
  place: HTMLElement;
  /** The only child of `place`, which contains the widget. */
  content: HTMLElement;
  /** Whether to look at it now. */
  isDue: () => boolean;
  /** Called once its widget fills its panel. */
  onFilled: () => void;
}

/** The elements of a room that have no height by themselves, with their heights. Drawings inside an `svg` have none that counts. */
const unsizedOf = ({ content }: Room) =>
  [
    ...content.querySelectorAll('*:not(svg *)'),
    // The content itself is empty if its only element has a percentage height.
    ...(content.clientHeight === 0 ? [content] : []),
  ]
    .filter(isUnsized)
    .map((element) => ({ element, height: element.clientHeight }));

/** Gives rooms their heights. All are read and then all are changed, since the page's layout is computed at each turn. */
function giveHeights(rooms: readonly Room[]) {
  const enough = ROOM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const low = rooms.filter((room) => room.isDue() && room.place.clientHeight < enough);
  // First as high as its content, then as high as the room.
  for (const { place, content } of low) {
    place.style.flex = 'none';
    content.style.alignSelf = 'start';
  }
  const found = low.map((room) => ({ room, before: unsizedOf(room), isFilling: false }));
  for (const { room, before } of found) {
    room.content.style.alignSelf = '';
    if (before.length > 0) room.place.style.height = `${ROOM}rem`;
  }
  for (const one of found)
    one.isFilling = one.before.some(({ element, height }) => element.clientHeight > height);
  for (const { room, isFilling } of found) {
    room.place.style.height = '';
    // It is smaller in a row of a smaller height.
    room.place.style.flex = isFilling ? `1 1 ${ROOM}rem` : '1';
    if (isFilling) room.onFilled();
  }
}

/** The rooms that wait for the end of the current work. A dashboard renders all its widgets in it. */
const waiting = new Set<Room>();

function giveSoon(room: Room) {
  if (waiting.size === 0)
    queueMicrotask(() => {
      const rooms = [...waiting];
      waiting.clear();
      giveHeights(rooms);
    });
  waiting.add(room);
}

/**
 * Gives a widget that fills its panel a height where its row has none. A widget fills its panel if one of its elements has no height
 * by itself, and grows with the panel: a chart of 100 %, or the part below a title that takes the rest.
 *
 * @param place The element of the panel's size, an item of a column.
 * @param content The only child of `place`, which contains the widget.
 * @returns `check` decides whether the widget fills its panel: at once if it still has to draw, or else before the page is painted.
 *   `end` ends the observation.
 */
export function createRoom(place: HTMLElement, content: HTMLElement): { check: () => void; end: () => void } {
  let left = 0;
  const end = () => {
    left = 0;
    sizes?.disconnect();
    nodes.disconnect();
  };
  const room: Room = {
    place,
    content,
    isDue() {
      if (left === 0 || content.clientWidth === 0 || !content.firstElementChild) return false;
      left -= 1;
      if (left === 0) end();
      return true;
    },
    onFilled: end,
  };
  const check = () => giveSoon(room);
  const checkFirst = () => (content.querySelector(DRAWINGS) ? giveHeights([room]) : check());
  // Test environments have no layout.
  const sizes = typeof ResizeObserver === 'function' ? new ResizeObserver(check) : undefined;
  const nodes = new MutationObserver(check);
  if (sizes) left = CHECKS;
  sizes?.observe(content);
  nodes.observe(content, { childList: true, subtree: true });
  return { check: checkFirst, end };
}
