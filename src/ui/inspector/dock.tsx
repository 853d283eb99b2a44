import {
  useLayoutEffect,
  useState,
  useSyncExternalStore,
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
} from 'react';
import type { InspectorTexts } from './texts.ts';

/** Where the inspector stands: beside the page or below it. The page makes room in both cases. */
type Side = 'beside' | 'below';

/** The place of the inspector, as the browser remembers it. Sizes are in pixels. */
interface Saved {
  side: Side;
  beside: number;
  below: number;
}

/** What the inspector needs for its place. */
export interface Dock {
  side: Side;
  /** Whether the window is wide enough for both sides. */
  canMove: boolean;
  /** The width beside the page, or the height below it, in pixels. */
  size: number;
  style: CSSProperties;
  move(): void;
  resize(size: number): void;
}

const KEY = 'nousviz-inspector';
/** Windows up to this width have no room beside the page, as a media query. */
const NARROW = '(max-width: 720px)';
/** The smallest size, and the largest as a part of the window. */
const LEAST = { beside: 260, below: 140 };
const MOST = 0.75;
/** How far an arrow key moves the edge, in pixels. */
const STEP = 32;

const windowSize = (side: Side) => (side === 'beside' ? innerWidth : innerHeight);
const mostOf = (side: Side) => Math.max(LEAST[side], Math.round(windowSize(side) * MOST));

function readSaved(): Saved {
  const saved: Saved = {
    side: innerWidth < 1100 ? 'below' : 'beside',
    beside: 416,
    below: Math.round(innerHeight / 2),
  };
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const { side, beside, below } = found as Partial<Record<keyof Saved, unknown>>;
    if (side === 'beside' || side === 'below') saved.side = side;
    if (Number.isFinite(beside)) saved.beside = beside as number;
    if (Number.isFinite(below)) saved.below = below as number;
  } catch {
    // The browser refuses the storage, or it has something else.
  }
  return saved;
}

function save(saved: Saved) {
  try {
    localStorage.setItem(KEY, JSON.stringify(saved));
  } catch {
    // It is then not remembered.
  }
}

function subscribe(listener: () => void) {
  const query = globalThis.matchMedia?.(NARROW);
  query?.addEventListener('change', listener);
  return () => query?.removeEventListener('change', listener);
}
const isNarrow = () => globalThis.matchMedia?.(NARROW).matches ?? false;

/** Sets styles of an element until the function that is returned is called. */
function setStyles({ style }: HTMLElement, styles: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(styles).map((name) => [name, style.getPropertyValue(name)] as const);
  for (const [name, value] of Object.entries(styles)) style.setProperty(name, value);
  return () => {
    for (const [name, value] of before) style.setProperty(name, value);
  };
}

/** Returns the place of the inspector, and makes room for it: the page is not covered, and what has the focus is in view. */
export function useDock(): Dock {
  const [saved, setSaved] = useState(readSaved);
  const canMove = !useSyncExternalStore(subscribe, isNarrow);
  const side = canMove ? saved.side : 'below';
  const size = Math.min(Math.max(saved[side], LEAST[side]), mostOf(side));
  // Also after the window has changed.
  const shown = `min(${size}px, ${100 * MOST}${side === 'beside' ? 'vw' : 'vh'})`;
  useLayoutEffect(() => {
    const ends =
      side === 'beside'
        ? [setStyles(document.body, { 'padding-inline-end': shown })]
        : [
            setStyles(document.body, { 'padding-block-end': shown }),
            setStyles(document.documentElement, { 'scroll-padding-block-end': shown }),
          ];
    return () => {
      for (const end of ends) end();
    };
  }, [side, shown]);
  function change(next: Saved) {
    setSaved(next);
    save(next);
  }
  return {
    side,
    canMove,
    size,
    style: side === 'beside' ? { inlineSize: shown } : { blockSize: shown },
    move: () => change({ ...saved, side: side === 'beside' ? 'below' : 'beside' }),
    resize: (next) =>
      change({ ...saved, [side]: Math.round(Math.min(Math.max(next, LEAST[side]), mostOf(side))) }),
  };
}

/** The edge between the page and the inspector: the pointer and the arrow keys move it. */
export function Edge({ dock, texts }: { dock: Dock; texts: InspectorTexts }) {
  const { side, size, resize } = dock;
  const isBeside = side === 'beside';
  const isRightToLeft = (element: Element) => getComputedStyle(element).direction === 'rtl';
  function onKeyDown(event: KeyboardEvent) {
    const larger = isBeside ? (isRightToLeft(event.currentTarget) ? 'ArrowRight' : 'ArrowLeft') : 'ArrowUp';
    const smaller = { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft', ArrowUp: 'ArrowDown' }[larger];
    const sizes: Record<string, number> = {
      [larger]: size + STEP,
      [smaller!]: size - STEP,
      Home: 0,
      End: Infinity,
    };
    const next = sizes[event.key];
    if (next === undefined) return;
    event.preventDefault();
    resize(next);
  }
  function onPointerMove({ currentTarget, pointerId, clientX, clientY }: PointerEvent) {
    if (!currentTarget.hasPointerCapture(pointerId)) return;
    if (!isBeside) resize(innerHeight - clientY);
    else resize(isRightToLeft(currentTarget) ? clientX : innerWidth - clientX);
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a separator with the focus is a widget
    <div
      role="separator"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the arrow keys move it
      tabIndex={0}
      aria-label={texts.resize}
      aria-orientation={isBeside ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={LEAST[side]}
      aria-valuemax={mostOf(side)}
      className="nvz-ui-edge"
      onKeyDown={onKeyDown}
      onPointerDown={({ currentTarget, pointerId }) => currentTarget.setPointerCapture(pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}
