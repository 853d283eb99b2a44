import { expect } from '../test.ts';
import { describePlaces, leaksOf, run, settle, type Ground } from './arena.ts';
import { launchOptions, tabOf, test } from './browser.ts';
import { serveWithout } from './disarm.ts';
import type { Defence, Place, Vector } from './vector.ts';
import { open, units } from './vectors.ts';

test.use({ launchOptions });

interface Fixtures {
  /** Runs vectors without some defences, and calls a function while the page is open. */
  attempt(
    vectors: readonly Vector[],
    without: readonly Defence[],
    look: (places: Place[], listeners: Ground['listeners']) => Promise<void>,
  ): Promise<void>;
}

const attacks = test.extend<Fixtures>({
  async attempt({ lab, page, listen, expected }, use) {
    expected.push(/^/);
    await use(async (vectors, without, look) => {
      const proxy = await serveWithout(without, lab.url);
      const listeners = await listen(vectors.length);
      const places = await run(vectors, { plugins: lab.plugins, tab: tabOf(page), proxy, listeners });
      await look(places, listeners);
      // A page that leaves would interrupt the next navigation.
      await settle();
      await page.goto('about:blank').catch(() => undefined);
      proxy.close();
    });
  },
});

for (const { title, vectors } of units) {
  const names = vectors.map(({ name }) => name);
  const { stoppedBy } = vectors[0]!;

  attacks(`${title}: stopped`, { tag: '@all' }, ({ attempt }) =>
    attempt(vectors, [], async (places) => {
      await settle();
      expect(await leaksOf(vectors, places, true), describePlaces(vectors, places)).toEqual([]);
    }),
  );

  // As in browsers that do not know the header.
  if (stoppedBy.includes('allowlist'))
    attacks(`${title}: stopped without Connection-Allowlist`, { tag: '@all' }, ({ attempt }) =>
      attempt(vectors, ['allowlist'], async (places, listeners) => {
        await settle();
        // Chromium connects before it applies the policy to a navigation, and sends nothing.
        for (const one of listeners) one.connections = 0;
        expect(await leaksOf(vectors, places, true), describePlaces(vectors, places)).toEqual([]);
      }),
    );

  attacks(`${title}: leaks without the defence`, { tag: '@all' }, ({ attempt }) =>
    attempt(vectors, stoppedBy, async (places) => {
      const message = describePlaces(vectors, places);
      await expect.poll(() => leaksOf(vectors, places, false), { timeout: 8000, message }).toEqual(names);
    }),
  );
}

for (const vector of open)
  attacks(`${vector.name}: cannot be stopped`, { tag: '@all' }, ({ attempt }) =>
    attempt([{ ...vector, stoppedBy: [] }], [], (places) =>
      expect.poll(() => vector.leaks!(places[0]!)).toBe(true),
    ),
  );
