import { expect } from '../test.ts';
import { leaksOf, run, settle } from './arena.ts';
import { test, withProfile } from './browser.ts';
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
          places = await run(vectors, { lab, page, url: proxy.url, listeners });
          await settle(page);
        });
        proxy.close();
        const seen = places.map((place) => ({ ...place, resolved }));
        const leaking = isDefended || title === harmless.title ? [] : vectors.map(({ name }) => name);
        expect(await leaksOf(vectors, seen, false)).toEqual(leaking);
      },
    );
