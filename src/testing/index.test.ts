import { expect, test } from 'vitest';
import { checkWidget, cleanup, renderWidget } from './index.ts';

test('has no side effect when Node imports it, and reports the missing environment on use', async () => {
  expect(Reflect.has(globalThis, 'NousViz')).toBe(false);
  const rendered = renderWidget(() => null, { pluginId: 'demo' });
  await expect(rendered).rejects.toMatchObject({ code: 'ENVIRONMENT_INCOMPLETE' });
  await expect(rendered).rejects.toThrow(/^This test environment has no document\. Run the test in jsdom/);
  await cleanup();
});

test('restores all globals if a check cannot begin', async () => {
  const before = { setTimeout, error: console.error, keys: Reflect.ownKeys(globalThis) };
  await expect(checkWidget(() => null, { pluginId: 'demo' })).rejects.toMatchObject({
    code: 'ENVIRONMENT_INCOMPLETE',
  });
  expect({ setTimeout, error: console.error, keys: Reflect.ownKeys(globalThis) }).toEqual(before);
});
