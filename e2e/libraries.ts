import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { hostFolder } from '../fixtures/host/build.js';
import type { Around, Library, Sight } from '../fixtures/libraries/case.ts';
import { ADAPTERS, BUILT, componentOf, TWIN, type Adapter } from './libraries-build.js';

export { expect };

/** Options of a project. */
export interface Options {
  /** The demo host's version of React. */
  react: 18 | 19;
  /** The adapter of the bundler plugin for the widgets. */
  adapter: Adapter;
  /** Whether the plugins run sandboxed, in frames. */
  isSandboxed: boolean;
}

/** The copies of React, react-dom and other renderers that the page has evaluated. */
export interface Copies {
  /** The number of values assigned to a `__…INTERNALS…` property. Each copy of React and react-dom has one. */
  internals: number;
  /** Renderers by name, one entry for each copy. */
  renderers: string[];
}

/** One page of a host for all cases. Loading it for each case would take most of the time. */
export interface Stage {
  page: Page;
  /**
   * Shows one widget and clears the recorded console output.
   *
   * @param dashboard The widget's dashboard, if it is not the one where the widget is alone.
   */
  show(name: string, plugin?: string, dashboard?: string): Promise<Locator>;
  /** Removes the widget. */
  clear(): Promise<void>;
  /** Errors and warnings of the console, and uncaught errors, since the last `show`. */
  lines: string[];
  copies(): Promise<Copies>;
}

/** Waits for the expected content of a case. */
async function expectSight(place: Locator | Around, sight: Sight) {
  const [selector, count] = typeof sight === 'string' ? [sight] : sight;
  const found = place.locator(selector);
  if (count === undefined) await expect(found.first()).toBeVisible();
  else await expect(found).toHaveCount(count);
}

/** Uses a widget as its case says, and expects what the case expects. */
export async function expectUse({ shows, act, after, style }: Library, panel: Locator, page: Around) {
  await expectSight(panel, shows);
  if (typeof act === 'string') await panel.locator(act).click();
  else await act?.(panel, page);
  if (after) await expectSight(page, after);
  const [selector = '', property = '', value = ''] = style ?? [];
  if (style) await expect(page.locator(selector).first()).toHaveCSS(property, value);
}

/** Counts the copies of React: each sets a property with this name, and each renderer registers with the developer tools. */
function watchCopies() {
  const copies: Copies = { internals: 0, renderers: [] };
  // Compared by identity, since CommonJS interop copies a module's members.
  const seen = new Set<unknown>();
  for (const name of [
    '__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED',
    '__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE',
    '__DOM_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE',
  ]) {
    // oxlint-disable-next-line no-extend-native -- every assignment calls this setter
    Object.defineProperty(Object.prototype, name, {
      configurable: true,
      get: () => undefined,
      set(value: unknown) {
        // A copy of a shim's module has the names of the other major's internals too, without a value.
        if (value !== undefined) copies.internals = seen.add(value).size;
        Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
    });
  }
  const ignore = () => {};
  Object.assign(window, {
    copies,
    __REACT_DEVTOOLS_GLOBAL_HOOK__: {
      supportsFiber: true,
      inject: ({ rendererPackageName = 'unnamed' }) => copies.renderers.push(rendererPackageName),
      checkDCE: ignore,
      onCommitFiberRoot: ignore,
      onCommitFiberUnmount: ignore,
      onPostCommitFiberRoot: ignore,
      onScheduleFiberRoot: ignore,
    },
  });
}

export const test = base.extend<object, Options & { stage: Stage }>({
  react: [18, { option: true, scope: 'worker' }],
  adapter: ['esbuild', { option: true, scope: 'worker' }],
  isSandboxed: [false, { option: true, scope: 'worker' }],

  stage: [
    async ({ browser, react, adapter, isSandboxed }, use) => {
      const data = await mkdtemp(join(tmpdir(), 'nousviz-libraries-'));
      const when = new Date().toISOString();
      const trust = [...ADAPTERS, TWIN].map((plugin_id) =>
        JSON.stringify({ plugin_id, action: 'trust', who: 'the suite', when }),
      );
      if (!isSandboxed) await writeFile(join(data, 'trust.jsonl'), `${trust.join('\n')}\n`);
      // Imported here, after the library was built.
      const { serveHost } = await import('#dev');
      const host = await serveHost({ plugins: BUILT, data, app: hostFolder({ react }) });
      const decision = new URL(`/api/plugins/${adapter}/sandbox-frontend`, host.url);
      if (isSandboxed) expect((await fetch(decision, { method: 'POST' })).status).toBe(200);
      // The server reads all bundles for the first list.
      await (await fetch(new URL('/api/plugins', host.url))).text();

      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const lines: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) lines.push(message.text());
      });
      page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
      await page.addInitScript(watchCopies);
      await page.goto(new URL('/settings', host.url).href);
      // Notifies the host's router.
      const go = (path: string) => page.evaluate((to) => history.pushState(null, '', to), path);
      const frames = page.locator('[data-panel]');

      await use({
        page,
        lines,
        async show(name, plugin = adapter, dashboard = name) {
          lines.length = 0;
          await go(`/plugin/${plugin}/${dashboard}`);
          return page.locator(`[data-panel="${plugin}/${componentOf(name)}"]`);
        },
        async clear() {
          await go('/settings');
          await expect(frames).toHaveCount(0);
        },
        copies: () => page.evaluate(() => Reflect.get(window, 'copies') as Copies),
      });
      await page.close();
      await host.close();
      await rm(data, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});
