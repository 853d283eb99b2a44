/**
 * Reports the height of the widget whenever it changes: its natural height, not that of the frame, so that a widget which fills its
 * frame does not make it higher.
 *
 * @param root The element that is at least as high as the frame.
 */
export function followHeight(root: HTMLElement, report: (height: number) => void): void {
  let last = -1;
  let isDue = false;
  function measure() {
    isDue = false;
    root.style.minHeight = '0';
    const height = Math.ceil(root.getBoundingClientRect().height);
    root.style.minHeight = '';
    // Its own changes are none of the widget.
    changes.takeRecords();
    if (height !== last) report(height);
    last = height;
  }
  // In a later task, since a ResizeObserver must not change sizes; not in an animation frame, since there are none below the fold.
  function measureSoon() {
    if (!isDue) setTimeout(measure, 0);
    isDue = true;
  }
  const changes = new MutationObserver(measureSoon);
  new ResizeObserver(measureSoon).observe(root);
  changes.observe(root, {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['class', 'style', 'hidden', 'open', 'height', 'rows'],
  });
  // Images, fonts and style sheets.
  document.addEventListener('load', measureSoon, true);
  addEventListener('resize', measureSoon);
  measureSoon();
}
