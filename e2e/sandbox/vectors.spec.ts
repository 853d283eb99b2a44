import { expect } from '../test.ts';
import { leaksOf, run, settle } from './arena.ts';
import { launchOptions, test } from './browser.ts';
import { disarm, serveWithout } from './disarm.ts';
import type { Vector } from './vector.ts';
import { kinds, open } from './vectors.ts';

test.use({ launchOptions });

/** The vectors that can share a page: those with the same defences. */
const groupsOf = (vectors: readonly Vector[]): Vector[][] => {
  const groups = new Map<unknown, Vector[]>();
  for (const vector of vectors) {
    const key = vector.isAlone ? vector : vector.stoppedBy.join(', ');
    groups.set(key, [...(groups.get(key) ?? []), vector]);
  }
  return [...groups.values()];
};

const units = kinds.flatMap(({ title, vectors }) =>
  groupsOf(vectors).map((group) => ({
    title: group.length > 1 ? `${title}, stopped by ${group[0]!.stoppedBy.join(', ')}` : group[0]!.name,
    group,
  })),
);

for (const { title, group } of units) {
  test(`${title}: stopped`, { tag: '@all' }, async ({ lab, page, listen, expected }) => {
    expected.push(/^/);
    const listeners = await listen(group.length);
    const places = await run(group, { lab, page, url: lab.url, listeners });
    await settle(page);
    expect(await leaksOf(group, places, true)).toEqual([]);
  });

  // As in browsers that do not know the header.
  if (group[0]!.stoppedBy.includes('allowlist'))
    test(
      `${title}: stopped without Connection-Allowlist`,
      { tag: '@all' },
      async ({ lab, page, listen, expected }) => {
        expected.push(/^/);
        const proxy = await serveWithout(['allowlist'], lab.url);
        const listeners = await listen(group.length);
        const places = await run(group, { lab, page, url: proxy.url, listeners });
        await settle(page);
        // Chromium connects before it applies the policy to a navigation, and sends nothing.
        for (const one of listeners) one.connections = 0;
        expect(await leaksOf(group, places, true)).toEqual([]);
        await page.goto('about:blank');
        proxy.close();
      },
    );

  test(`${title}: leaks without the defence`, { tag: '@all' }, async ({ lab, page, listen, expected }) => {
    expected.push(/^/);
    const [{ stoppedBy }] = group as [Vector];
    await disarm(page, stoppedBy);
    const proxy = await serveWithout(stoppedBy, lab.url);
    const listeners = await listen(group.length);
    const places = await run(group, { lab, page, url: proxy.url, listeners });
    await expect
      .poll(() => leaksOf(group, places, false), {
        timeout: 8000,
        message: places.map(({ loot }) => loot).join('; '),
      })
      .toEqual(group.map(({ name }) => name));
    // A page that leaves would interrupt the next navigation.
    await settle(page);
    await page.goto('about:blank').catch(() => undefined);
    proxy.close();
  });
}

for (const vector of open)
  test(`${vector.name}: cannot be stopped`, { tag: '@all' }, async ({ lab, page, listen, expected }) => {
    expected.push(/^/);
    const listeners = await listen(1);
    const places = await run([{ ...vector, stoppedBy: [] }], { lab, page, url: lab.url, listeners });
    await expect.poll(() => vector.leaks!(places[0]!)).toBe(true);
  });
