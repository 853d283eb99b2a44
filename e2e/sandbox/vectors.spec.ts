import { getBrowser } from '../browser.js';
import { expect, test as base } from '../test.ts';
import { leaksOf, run, settle } from './arena.ts';
import { disarm, serveWithout } from './disarm.ts';
import { startListeners, type Listeners } from './listeners.ts';
import type { Vector } from './vector.ts';
import { harmless, kinds, open } from './vectors.ts';

const test = base.extend<{ listen: (count: number) => Promise<Listeners[]> }>({
  async listen({}, use) {
    const started: Listeners[] = [];
    await use(async (count) => {
      for (let index = 0; index < count; index += 1) started.push(await startListeners());
      return started;
    });
    await Promise.all(started.map((listeners) => listeners.close()));
  },
});

// Without Playwright's switches against connections in advance and QUIC, which would hide vectors.
test.use({
  launchOptions: {
    executablePath: getBrowser('chromium'),
    ignoreDefaultArgs: ['--disable-background-networking'],
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ].concat(process.getuid?.() === 0 ? '--no-sandbox' : []),
  },
});

test.skip(({ react }) => react === 18, 'The browser is the same for both Reacts.');

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
    // A page that leaves may interrupt this.
    await page.goto('about:blank').catch(() => undefined);
    proxy.close();
  });
}

for (const isDefended of [true, false])
  test(
    `${harmless.title}: none ${isDefended ? 'with' : 'without'} defences`,
    { tag: '@all' },
    async ({ lab, page, listen, expected }) => {
      expected.push(/^/);
      const { vectors } = harmless;
      const proxy = isDefended ? undefined : await serveWithout(vectors[0]!.stoppedBy, lab.url);
      const listeners = await listen(vectors.length);
      const places = await run(vectors, { lab, page, url: proxy?.url ?? lab.url, listeners });
      await settle(page);
      expect(await leaksOf(vectors, places, true)).toEqual([]);
      proxy?.close();
    },
  );

for (const vector of open)
  test(`${vector.name}: cannot be stopped`, { tag: '@all' }, async ({ lab, page, listen, expected }) => {
    expected.push(/^/);
    const listeners = await listen(1);
    const places = await run([{ ...vector, stoppedBy: [] }], { lab, page, url: lab.url, listeners });
    await expect.poll(() => vector.leaks!(places[0]!)).toBe(true);
  });
