import { expect } from '../test.ts';
import { leaksOf, run, settle } from './arena.ts';
import { tabOf, test, withProfile } from './browser.ts';
import { serveWithout } from './disarm.ts';
import type { Place } from './vector.ts';
import { advance, harmless } from './vectors.ts';

for (const { title, vectors } of [advance, harmless])
  for (const isDefended of [true, false])
    test(
      `${title}, ${isDefended ? 'with' : 'without'} defences`,
      { tag: '@all' },
      async ({ lab, listen }, info) => {
        const proxy = await serveWithout(isDefended ? [] : vectors[0]!.stoppedBy, lab.url);
        const listeners = await listen(vectors.length);
        let places: Place[] = [];
        const resolved = await withProfile(info, async (page) => {
          places = await run(vectors, { plugins: lab.plugins, tab: tabOf(page), proxy, listeners });
          await settle();
        });
        proxy.close();
        const seen = places.map((place) => Object.assign(place, { resolved }));
        const leaking = isDefended || title === harmless.title ? [] : vectors.map(({ name }) => name);
        expect(await leaksOf(vectors, seen, false)).toEqual(leaking);
      },
    );
