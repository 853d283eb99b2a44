import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { hostFolder } from '../../fixtures/host/build.js';
import { describePlaces, leaksOf, run, settle } from './arena.ts';
import { serveWithout } from './disarm.ts';
import { startListeners } from './listeners.ts';
import type { Defence, Place, Tab, Vector } from './vector.ts';
import { ENGINES, isThrough, units, type Engine } from './vectors.ts';

const WAIT = { timeout: 20_000, interval: 200 };

/** Serves a demo host without plugins. */
async function serve() {
  const folder = await mkdtemp(join(tmpdir(), 'nousviz-vectors-'));
  const plugins = join(folder, 'plugins');
  const { serveHost } = await import('#dev');
  const demo = await serveHost({ plugins, data: join(folder, 'data'), app: hostFolder({ react: 19 }) });
  return {
    url: demo.url,
    plugins,
    async close() {
      await demo.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Defines the tests of the vectors in an engine that Playwright cannot control, which has no `Connection-Allowlist`. */
export function describeVectors(
  engine: Engine,
  openTab: () => Promise<Tab & { close(): Promise<unknown> }>,
): void {
  /** Runs vectors without some defences, and calls a function while the page is open. */
  async function attempt(
    vectors: readonly Vector[],
    without: readonly Defence[],
    look: (places: Place[]) => Promise<void>,
  ) {
    const host = await serve();
    const proxy = await serveWithout(without, host.url);
    const listeners = await Promise.all(vectors.map(() => startListeners()));
    const tab = await openTab();
    try {
      await look(await run(vectors, { plugins: host.plugins, tab, proxy, listeners }));
    } finally {
      await tab.close();
      proxy.close();
      await host.close();
      await Promise.all(listeners.map((one) => one.close()));
    }
  }
  const namesOf = (vectors: readonly Vector[], isDefended: boolean) =>
    vectors.map(({ name }) => name).filter((name) => isThrough(name, engine, isDefended));

  describe(ENGINES[engine], { timeout: 120_000 }, () => {
    for (const { title, vectors } of units) {
      test(`${title}: stopped, except for what the table says`, () =>
        attempt(vectors, [], async (places) => {
          await settle();
          const found = await leaksOf(vectors, places, true);
          expect(found, describePlaces(vectors, places)).toEqual(namesOf(vectors, true));
        }));

      test(`${title}: leaks without the defence, except for what the table says`, () =>
        attempt(vectors, vectors[0]!.stoppedBy, async (places) => {
          const expected = namesOf(vectors, false);
          await vi.waitFor(async () => {
            const found = await leaksOf(vectors, places, false);
            expect(found, describePlaces(vectors, places)).toEqual(expected);
          }, WAIT);
        }));
    }
  });
}
