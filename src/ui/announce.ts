const MARK = 'data-nvz-ui-live';

/** Makes the page's live region, or returns it. It is in the page itself, since a component can disappear with what it announces. */
function liveRegion(): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[${MARK}]`);
  if (found) return found;
  const region = document.createElement('div');
  region.setAttribute(MARK, '');
  region.setAttribute('role', 'status');
  // Without the sheet, too.
  region.style.cssText =
    'position:fixed;inset:0 auto auto 0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)';
  document.body.append(region);
  return region;
}

/** Adds the live region to the page: screen readers only announce changes of a region that they know. */
export const prepareAnnouncements = (): void => void liveRegion();

/** Announces a message to screen readers. */
export function announce(message: string): void {
  const region = liveRegion();
  // The same message twice is announced twice, because its element is another one.
  const line = document.createElement('p');
  line.textContent = message;
  region.replaceChildren(line);
}
