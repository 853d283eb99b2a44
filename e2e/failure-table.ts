import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cases, WORKS, type Engine } from '../fixtures/failures/cases.ts';
import { codeOf, serveFailures, type FailingHost } from './failing-host.ts';

/** A tab of a browser that Playwright cannot control. */
export interface Tab {
  open(url: string): Promise<void>;
  /** Reloads the page as its user does. */
  reload(): Promise<void>;
  /** Calls a function in the page. The function can use nothing but its arguments. */
  call<Args extends unknown[], Result>(run: (...args: Args) => Result, ...args: Args): Promise<Result>;
  /** Closes the tab. The next one has no cookies and no storage of this one. */
  close(): Promise<void>;
}

const WAIT = { timeout: 30_000, interval: 100 };

const setCookie = (cookie: string) => {
  document.cookie = cookie;
};

/** Reads the text of an element, and its `data-code` or `data-status`. */
const read = (selector: string) => {
  const element = document.querySelector<HTMLElement>(selector);
  const place = `${location.href}: ${document.body.innerText.slice(-300)}`;
  return element
    ? { text: element.textContent ?? '', code: element.dataset.code, status: element.dataset.status }
    : { missing: `${selector} is not on ${place}` };
};

const click = (selector: string, label: string) => {
  const buttons = [...document.querySelectorAll<HTMLElement>(`${selector} button`)];
  const button = buttons.find(({ textContent }) => textContent?.startsWith(label));
  button?.click();
  return button !== undefined;
};

/** Waits until an element has the expected properties. */
const sees = (tab: Tab, selector: string, expected: object) =>
  vi.waitFor(async () => expect(await tab.call(read, selector)).toMatchObject(expected), WAIT);

/** Waits for a button and presses it. */
const presses = (tab: Tab, selector: string, label: string) =>
  vi.waitFor(async () => expect(await tab.call(click, selector, label)).toBe(true), WAIT);

/** Defines a test for each failure in `fixtures/failures/cases.ts`, on both Reacts: the code, its words, the neighbour, the recovery. An uncached tab finds no file in the browser's cache. */
export function describeFailures(engine: Engine, openTab: (isUncached: boolean) => Promise<Tab>) {
  describe.each([18, 19] as const)(`${engine}, React %i`, (react) => {
    let host: FailingHost;
    beforeAll(async () => void (host = await serveFailures(react, 'production')), 60_000);
    afterAll(() => host?.close());

    test.each(cases)(
      '$name',
      async (failure) => {
        const { name, component = 'Broken', text, serve, heals, remembered, press } = failure;
        const code = codeOf(failure, react, 'production');
        const panel = `[data-panel="${name}/${component}"]`;
        const neighbour = `[data-panel="${name}/Healthy"]`;
        const url = new URL(`/plugin/${name}/main`, host.url).href;
        const works = { text: expect.stringContaining(WORKS), status: 'ready' };
        const needsShims = serve !== 'shim-503' && serve !== 'early-shim';
        const tab = await openTab(!needsShims);
        try {
          if (serve === 'shim-503') {
            await tab.open(new URL('/api/plugins', host.url).href);
            await tab.call(setCookie, 'shims=down; path=/');
          }
          await tab.open(url);
          if (press) await presses(tab, panel, 'Break');
          if (code === 'healthy') await sees(tab, panel, works);
          else {
            await sees(tab, `${panel} [role="alert"]`, { code });
            if (text) await sees(tab, panel, { text: expect.stringMatching(text) });
          }
          // Without shims, the neighbour also fails.
          if (needsShims) {
            await presses(tab, neighbour, 'Count');
            await sees(tab, neighbour, { text: expect.stringContaining('1') });
          }
          if (!heals) return;
          host.lift(name);
          if (heals === 'retry') await presses(tab, panel, 'Retry');
          const cure = remembered?.[engine];
          if (cure) await sees(tab, `${panel} [role="alert"]`, { code });
          if (cure === 'reload') await tab.reload();
          await sees(tab, panel, works);
        } finally {
          await tab.close();
        }
      },
      120_000,
    );
  });
}
