/**
 * Reports the height of the widget whenever it changes: its natural height, not that of the frame, so that a widget which fills its
 * frame does not make it higher.
 *
 * @param root The element that is at least as high as the frame.
 */
export function followHeight(root: HTMLElement, report: (height: number) => void): void {
  /** The natural height, and the last one that was reported, which is no fraction. */
  let natural = -1;
  let last = -1;
  let lastWidth = 0;
  let isDue = false;
  let changes: MutationObserver | undefined;

  /**
   * Reads the natural height. Only a root that is as high as the frame may be so because of it, where `innerHeight` has lost a fraction:
   * a zoomed page gives frames such heights.
   */
  function read(): number {
    const { height } = root.getBoundingClientRect();
    if (Math.abs(height - innerHeight) >= 1) return height;
    root.style.minHeight = '0';
    const own = root.getBoundingClientRect().height;
    root.style.minHeight = '';
    // Its own changes are none of the widget.
    changes?.takeRecords();
    return own;
  }
  function measure() {
    isDue = false;
    natural = read();
    const height = Math.ceil(natural);
    if (height !== last) report(height);
    last = height;
    lastWidth = innerWidth;
  }
  // In a later task, since a ResizeObserver must not change sizes; not in an animation frame, since there are none below the fold.
  function measureSoon() {
    if (!isDue) setTimeout(measure, 0);
    isDue = true;
  }

  // At once, so that the page shows the widget in its height, also where the bundle has replaced what observes it.
  measure();
  changes = new MutationObserver(measureSoon);
  new ResizeObserver(([entry]) => {
    const { height } = entry!.contentRect;
    // A frame with its first height does not stretch it.
    if (height !== natural && height !== Math.max(natural, innerHeight)) measureSoon();
  }).observe(root);
  changes.observe(root, {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['class', 'style', 'hidden', 'open', 'height', 'rows'],
  });
  // Images, fonts and style sheets.
  document.addEventListener('load', measureSoon, true);
  addEventListener('resize', () => {
    // The page has given the frame the height that it asked for.
    if (innerHeight !== last || innerWidth !== lastWidth) measureSoon();
  });
}
