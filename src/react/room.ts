/** The height of a widget that fills its panel, where nothing gives the row a height: that of a chart in most dashboards. */
const ROOM = '18rem';
/** The number of times that a widget may change until its height is final: most wait for data first. */
const CHECKS = 20;

/** The elements in which a widget draws in an effect, where it may read its size once. */
const DRAWINGS = 'canvas, div:empty, svg:empty';

/**
 * Elements that have no height by themselves, or whose parent may have none, even if it has one now: that of its row. Without them, the
 * height that a widget has now says whether it has one by itself.
 */
const SUSPECTS = 'canvas, svg, :empty, [style*=absolute]';

/** The place of a widget in its panel. */
export interface Room {
  /** The element of the panel's size, an item of a column. */
  readonly place: HTMLElement;
  /** The only child of `place`, which contains the widget. */
  readonly content: HTMLElement;
  /** The number of checks until the height is final. */
  left: number;
  /** The size of the content after the last check, see {@link sizeOf}; 0 before. */
  size: number;
}

/** The size of an element as one number. */
const sizeOf = ({ clientWidth, clientHeight }: Element) => clientWidth * 1e4 + clientHeight;

/** Whether an element has no height by itself, or contains a drawing of the 150 pixels that HTML gives to one without a size. */
const isUnsized = (element: HTMLElement) =>
  // Text in a line has no client size either, and never gets one.
  (!element.clientHeight && (element.clientWidth || !element.offsetHeight)) ||
  [element, element.firstElementChild].some((one) => one?.clientHeight === 150 && one.matches('canvas, svg'));

/** The elements of a room that have no height by themselves, with their heights. Drawings inside an `svg` have none that counts. */
const unsizedOf = ({ content }: Room) =>
  [
    ...content.querySelectorAll<HTMLElement>('*:not(svg *)'),
    // The content itself is empty if its only element has a percentage height.
    ...(content.clientHeight ? [] : [content]),
  ]
    .filter(isUnsized)
    .map((element) => ({ element, height: element.clientHeight }));

/**
 * Gives rooms their heights. All are read and then all are changed, since the page's layout is computed at each turn. For rooms of text
 * nothing is changed: the layout is that with which the page is painted.
 */
function giveHeights(rooms: readonly Room[]) {
  const open = rooms.filter(({ left, content }) => left && content.firstElementChild);
  const suspects = open.filter(({ content }) => content.querySelector(SUSPECTS));
  // First as high as its content, then as high as the rest of its panel.
  for (const { place, content } of suspects) {
    place.style.flex = 'none';
    content.style.alignSelf = 'start';
  }
  const shown = open.filter(({ content }) => content.clientWidth);
  const unsized = shown.map((room) => ({ room, before: unsizedOf(room) })).filter(({ before }) => before[0]);
  for (const { place, content } of suspects) {
    place.style.flex = '1';
    content.style.alignSelf = '';
  }
  const heights = unsized.map(({ room }) => room.place.clientHeight);
  for (const { room } of unsized) {
    room.place.style.flex = 'none';
    room.place.style.height = ROOM;
  }
  const filling = unsized.filter(
    ({ room, before }, index) =>
      heights[index]! < room.place.clientHeight &&
      before.some(({ element, height }) => element.clientHeight > height),
  );
  for (const { room } of unsized) {
    room.place.style.flex = '1';
    room.place.style.height = '';
  }
  for (const { room } of filling) {
    // It is smaller in a row of a smaller height.
    room.place.style.flex = `1 1 ${ROOM}`;
    // The last check is this one.
    room.left = 1;
  }
  for (const room of shown) {
    room.left -= 1;
    // The page is painted with this layout.
    room.size = sizeOf(room.content);
  }
}

/** Makes the observers of all rooms of a page, of which each has one. */
function createRooms() {
  const rooms = new Map<Element, Room>();
  const waiting = new Set<Room>();
  // Before any bundle can replace them. Servers and test environments have no layout.
  const sizes = globalThis.ResizeObserver && new ResizeObserver(onSizes);
  const nodes = sizes && new MutationObserver(onNodes);

  function end({ content }: Room) {
    rooms.delete(content);
    sizes?.unobserve(content);
  }

  const watch = (content: Element) => nodes.observe(content, { childList: true, subtree: true });

  function give(given: readonly Room[]) {
    giveHeights(given);
    const ended = given.filter(({ left, content }) => !left && rooms.delete(content));
    if (!ended.length) return;
    // It has no method for one element.
    onNodes(nodes.takeRecords());
    nodes.disconnect();
    for (const content of rooms.keys()) watch(content);
    // The other rooms of their rows change with them, and an observer must not change what it observes.
    sizes.disconnect();
    requestAnimationFrame(() => {
      for (const content of rooms.keys()) sizes.observe(content);
    });
  }

  /** Gives all waiting rooms their heights together: at the end of the current work, or when `schedule` says. */
  function giveSoon(room: Room, schedule: (act: () => void) => void = queueMicrotask) {
    if (!waiting.size)
      schedule(() => {
        const all = [...waiting];
        waiting.clear();
        give(all);
      });
    waiting.add(room);
  }

  function onSizes(entries: readonly ResizeObserverEntry[]) {
    for (const { target } of entries) {
      const room = rooms.get(target);
      // One pixel more is what a frame adds to a fraction. Another observer may have ended the room: nothing is greater than one then.
      if (Math.abs(sizeOf(target) - (room?.size as number)) > 1) giveSoon(room!);
    }
  }

  function onNodes(records: readonly MutationRecord[]) {
    for (let element of new Set(records.map(({ target }) => target as Element | null))) {
      while (element && !rooms.has(element)) element = element.parentElement;
      if (element) giveSoon(rooms.get(element)!);
    }
  }

  return {
    open(place: HTMLElement, content: HTMLElement): Room {
      const room: Room = { place, content, left: CHECKS, size: 0 };
      if (!sizes) return room;
      rooms.set(content, room);
      sizes.observe(content);
      return room;
    },
    check(room: Room) {
      const { content } = room;
      if (!sizes) return;
      // Only now, since the widget's first elements would be a change.
      watch(content);
      if (content.querySelector(DRAWINGS)) give([room]);
      // With the layout for the next paint. A frame below the fold has none.
      else giveSoon(room, parent === self ? requestAnimationFrame : queueMicrotask);
    },
    end,
  };
}

/**
 * Gives a widget that fills its panel a height where its row has none. A widget fills its panel if one of its elements has no height
 * by itself, and grows with the panel: a chart of 100 %, or the part below a title that takes the rest.
 *
 * `check` decides whether a widget fills its panel: at once if it still has to draw, or else before the page is painted. `end` ends
 * the observation.
 */
export const rooms = createRooms();
