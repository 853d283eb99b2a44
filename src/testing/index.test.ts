import { expect, test } from 'vitest';
import { checkWidget, cleanup, renderWidget } from './index.ts';

test('is imported in Node without a side effect, and says there what it wants', async () => {
  expect(Reflect.has(globalThis, 'NousViz')).toBe(false);
  const wanted = renderWidget(() => null, { pluginId: 'demo' });
  await expect(wanted).rejects.toMatchObject({ code: 'ENVIRONMENT_INCOMPLETE' });
  await expect(wanted).rejects.toThrow(/^This test environment has no document\. Run the test in jsdom/);
  await cleanup();
});

test('gives the page back to a check that cannot begin', async () => {
  const before = { setTimeout, error: console.error, keys: Reflect.ownKeys(globalThis) };
  await expect(checkWidget(() => null, { pluginId: 'demo' })).rejects.toMatchObject({
    code: 'ENVIRONMENT_INCOMPLETE',
  });
  expect({ setTimeout, error: console.error, keys: Reflect.ownKeys(globalThis) }).toEqual(before);
});
