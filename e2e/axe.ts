import axe, { type AxeResults } from 'axe-core';
import { expect, type Page } from '@playwright/test';

/** A width of the window and a theme. */
export interface Look {
  width: 1280 | 390;
  theme: 'light' | 'dark';
}

/** All looks. The first two have both widths and both themes. */
export const LOOKS: readonly Look[] = [
  { width: 1280, theme: 'light' },
  { width: 390, theme: 'dark' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
];

/** Adds axe to the pages that are loaded after this. */
export const addAxe = (page: Page) => page.addInitScript({ content: axe.source });

/** Shows the page in a look, with no transition under way. */
async function show(page: Page, { width, theme }: Look) {
  await page.setViewportSize({ width, height: width === 1280 ? 800 : 844 });
  await page.evaluate(async (isDark) => {
    document.documentElement.classList.toggle('dark', isDark);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    for (const animation of document.getAnimations())
      if (animation instanceof CSSTransition) animation.finish();
  }, theme === 'dark');
}

/** The violations of all rules of axe, the best practices among them, one line for each element. */
async function violations(page: Page): Promise<string[]> {
  const results = await page.evaluate((): Promise<AxeResults> => {
    const { axe: loaded } = window as never as { axe: typeof axe };
    // The frames of plugins are not this app's.
    return loaded.run(document, { iframes: false, resultTypes: ['violations'] });
  });
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => {
      const reason = failureSummary.split('\n').slice(1).join(' ').trim();
      return `${id} (${help}): ${target.join(' ')}: ${reason}`;
    }),
  );
}

/** The pixels by which the page scrolls beyond its content, and beyond the room of an inspector below it. */
const emptyScroll = (page: Page) =>
  page.evaluate(() => {
    const main = document.querySelector('main')!.getBoundingClientRect().bottom + scrollY;
    const room = document.querySelector<HTMLElement>('[data-side=below]')?.offsetHeight ?? 0;
    return document.scrollingElement!.scrollHeight - room - Math.max(innerHeight, Math.ceil(main));
  });

/** Expects that a state of the page has no violation, and no scroll that leads nowhere, in some looks. */
export async function expectAccessible(page: Page, state: string, looks: readonly Look[]): Promise<void> {
  for (const look of looks) {
    await show(page, look);
    const name = `${state}, ${look.width}, ${look.theme}`;
    expect.soft(await violations(page), name).toEqual([]);
    expect.soft(await emptyScroll(page), `${name}: scroll`).toBeLessThanOrEqual(0);
    const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect.soft(width, `${name}: scroll to the side`).toBeLessThanOrEqual(0);
  }
}
