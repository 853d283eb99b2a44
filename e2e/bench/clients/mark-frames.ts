/** Sets the mark `frames` when the widgets of all panels have reported the time of their text, on the clock that all frames share. */
export function markFrames(): void {
  let count = 0;
  let last = 0;
  addEventListener('message', ({ data }: MessageEvent<{ shownAt?: number }>) => {
    if (data?.shownAt === undefined) return;
    count += 1;
    last = Math.max(last, data.shownAt);
    if (count === window.bench.panels) window.bench.marks['frames'] = last - performance.timeOrigin;
  });
}
