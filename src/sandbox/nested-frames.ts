/**
 * The greatest number of frames within a frame. Browsers limit the frames of a page, so that a widget with a thousand of them would
 * leave none to the page.
 */
export const MAX_NESTED = 50;

/** Whether a window has more frames within it, at any depth, than it may have. The page may count those of other origins too. */
export function hasTooManyFrames(frame: Window): boolean {
  const windows = [frame];
  for (const one of windows)
    for (let index = 0; index < one.length && windows.length <= MAX_NESTED + 1; index += 1)
      windows.push(one[index]!);
  return windows.length > MAX_NESTED + 1;
}
