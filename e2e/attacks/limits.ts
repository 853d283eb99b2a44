import { expect } from '../test.ts';
import { callPlugins, expectCard, type Arena } from './arena.ts';

/** An act of a trusted plugin that the library cannot prevent. */
export interface Limit {
  /** The dashboard of `plugins/limits/guest` that does it. */
  name: string;
  /** A sentence on the act. */
  does: string;
  /** A sentence on how to avoid or detect it. */
  instead: string;
  /** Waits until it has happened on the open dashboard; absent if it would freeze the browser. */
  shows?(arena: Arena): Promise<unknown>;
}

const loot = (arena: Arena) =>
  arena.page.evaluate(() => Reflect.get(window, 'loot') as unknown[] | undefined);
const gets = (value: unknown) => (arena: Arena) => expect.poll(() => loot(arena)).toEqual([value]);

const readFirst = 'Read a plugin’s code, or know its author, before you trust it.';
const reload = 'Reload the page after you revoke trust.';
const policy = 'Send a Content-Security-Policy that limits where the page may load from and send to.';

/** The limits of trusted mode: trusted code has the page's own rights. */
export const limits: readonly Limit[] = [
  {
    name: 'reads-session',
    does: 'It reads the session token from the app’s storage.',
    instead: readFirst,
    shows: gets('demo-session-token'),
  },
  {
    name: 'patches-page',
    does: 'It patches the page’s own functions and observes how the host uses them.',
    instead: readFirst,
    async shows(arena) {
      await expect(arena.panel('guest/PatchesPage')).toContainText('a guest');
      await callPlugins(arena, 'refresh');
      await gets('demo-session-token')(arena);
    },
  },
  {
    name: 'sends-away',
    does: 'It sends data from the page to another server.',
    instead: policy,
    shows: ({ elsewhere }) =>
      expect.poll(() => elsewhere.received.map(({ path }) => path)).toContain('/?token=demo-session-token'),
  },
  {
    name: 'fetches-code',
    does: 'It loads more code from another server; the consent covers the bundle’s bytes, not that code.',
    instead: policy,
    shows: gets('from elsewhere'),
  },
  {
    name: 'draws-elsewhere',
    does: 'It changes what other panels and the host show.',
    instead: 'Open the page with `?disable-plugins` to see it without plugins.',
    shows: ({ page }) => expect(page.getByRole('heading', { level: 1 })).toHaveText('Not the host’s words'),
  },
  {
    name: 'grants-trust',
    does: 'It sends the consent to another plugin in the operator’s name.',
    instead:
      'Read the trust file, which has a line for every consent; ask for a password in the option `operator`.',
    shows: ({ request }) =>
      expect
        .poll(async () => {
          const answer = await request('/api/plugins/other/frontend-components');
          return ((await answer.json()) as { trusted: boolean }).trusted;
        })
        .toBe(true),
  },
  {
    name: 'outlives-trust',
    does: 'Its timers keep running after trust is revoked.',
    instead: reload,
    async shows(arena) {
      await expect(arena.panel('guest/OutlivesTrust')).toContainText('a guest');
      await callPlugins(arena, 'revoke', 'guest');
      const [before] = (await loot(arena)) as [number];
      await expect.poll(async () => Number((await loot(arena))![0])).toBeGreaterThan(before);
    },
  },
  {
    name: 'hides-itself',
    does: 'It hides its origin and sends requests through the host’s helpers after trust is revoked.',
    instead: reload,
    async shows(arena) {
      await expect(arena.panel('guest/HidesItself')).toContainText('a guest');
      await callPlugins(arena, 'revoke', 'guest');
      const status = arena.page.evaluate(() =>
        (window as never as { keep(): Promise<Response> }).keep().then((response) => response.status),
      );
      expect(await status).toBe(200);
    },
  },
  {
    name: 'speaks-for-another',
    does: 'Its errors and requests are listed under another plugin’s name.',
    instead: 'Use `host.activity` to find accidents, not as evidence.',
    async shows({ page, trust }) {
      // The page reads the source map of the file that the error names. Without trust its server answers 403.
      await trust('other');
      await page.getByRole('button', { name: 'Fail' }).click();
      const owners = () =>
        page.evaluate(() => {
          const { demoHost } = window as never as {
            demoHost: { activity: { getSnapshot(): { kind: string; pluginId: string }[] } };
          };
          return demoHost.activity
            .getSnapshot()
            .flatMap(({ kind, pluginId }) => (kind === 'error' ? [pluginId] : []));
        });
      await expect.poll(owners).toEqual(['other']);
    },
  },
  {
    name: 'leaves',
    does: 'It navigates to another site, which may look like this one.',
    instead: readFirst,
    async shows({ page }) {
      await page.waitForURL(/imitation/);
      // Otherwise the browser may request the site's icon after its server has closed.
      await page.goto('about:blank');
    },
  },
  {
    name: 'stops-react',
    does: 'On React 19 it throws a value that throws when React reads it, and React stops on the whole page.',
    instead: 'Open the page with `?disable-plugins`, and revoke its trust.',
    async shows(arena) {
      await expect.poll(() => arena.page.evaluate(() => 'NousViz' in window)).toBe(true);
      const version = await arena.page.evaluate(
        () => (window as never as { NousViz: { React: { version: string } } }).NousViz.React.version,
      );
      if (version.startsWith('18.')) return expectCard(arena, 'guest/StopsReact', 'WIDGET_CRASHED');
      await expect.poll(() => arena.errors).toContain('not for you');
      await arena.page.getByRole('link', { name: 'Settings' }).first().click();
      return expect(arena.page.getByRole('heading', { level: 1 })).toHaveText('stops-react');
    },
  },
  {
    name: 'holds-page',
    does: 'It runs an endless loop, and the page freezes.',
    instead: 'Close the tab, and open the page with `?disable-plugins`.',
  },
];
