/** The greatest height of a frame, in pixels. */
export const MAX_HEIGHT = 10_000;
/** The number of growths without a pause that are followed: a widget whose height depends on that of its frame grows for ever. */
const GROWTHS = 20;
/** The pause after which growths are counted from zero, in milliseconds. */
const PAUSE = 500;

/**
 * Makes the rule for one frame's height: it follows the height that the widget reports, at most {@link MAX_HEIGHT}, and stops to
 * follow a widget that grows each time that its frame has grown.
 *
 * @param now The time in milliseconds.
 * @returns A function that returns the height to set, or `undefined` to change nothing.
 */
export function createHeightRule(now = () => performance.now()): (reported: number) => number | undefined {
  let height = 0;
  let growths = 0;
  let last = Number.NEGATIVE_INFINITY;
  return (reported) => {
    const next = Math.min(Math.ceil(reported), MAX_HEIGHT);
    if (next === height) return undefined;
    const isGrowth = next > height;
    if (now() - last > PAUSE) growths = 0;
    last = now();
    if (isGrowth && growths >= GROWTHS) return undefined;
    growths += Number(isGrowth);
    height = next;
    return height;
  };
}
