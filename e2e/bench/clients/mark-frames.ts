/** Whether a frame's place is visible. */
const isShown = (frame: HTMLIFrameElement) => getComputedStyle(frame.parentElement!).opacity !== '0';

/**
 * Sets the mark `frames` when the widgets of all panels have reported the time of their text, on the clock that all frames share, and
 * the page shows them all.
 */
export function markFrames(): void {
  let count = 0;
  let last = 0;
  function mark(time: number) {
    const areShown = [...document.querySelectorAll('iframe')].every(isShown);
    if (areShown) window.bench.marks['frames'] = time;
    else setTimeout(() => mark(performance.now()));
  }
  addEventListener('message', ({ data }: MessageEvent<{ shownAt?: number }>) => {
    if (data?.shownAt === undefined) return;
    count += 1;
    last = Math.max(last, data.shownAt);
    if (count === window.bench.panels) mark(last - performance.timeOrigin);
  });
}
