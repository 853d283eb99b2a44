import { expect, test } from 'vitest';
import { sizes } from './size.ts';

test('the core weighs at most 6 kB, with cn at most 18 kB, minified and gzipped without React', async () => {
  const { core, everything } = await sizes();
  expect(core).toBeLessThanOrEqual(6000);
  expect(core).toBeGreaterThan(3000);
  expect(everything).toBeLessThanOrEqual(18_000);
});

test('helpers weigh nothing on a host that brings its own', async () => {
  const { own, core } = await sizes();
  expect(own).toBeLessThan(core);
});
