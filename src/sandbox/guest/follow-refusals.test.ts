import { afterEach, expect, test, vi } from 'vitest';
import { followRefusals } from './follow-refusals.ts';

afterEach(() => vi.unstubAllGlobals());

const refuse = (effectiveDirective: string, blockedURI: string) =>
  document.dispatchEvent(
    Object.assign(new Event('securitypolicyviolation'), { effectiveDirective, blockedURI }),
  );

test('waits for the violation of the same request', async () => {
  const refusals = followRefusals(() => {});
  const found = refusals.find(new TypeError('Failed to fetch'));
  refuse('connect-src', 'https://other.test');
  expect(await found).toEqual({ power: 'network', address: 'https://other.test' });
});

test('reports what is no error once for each power, and no code that was only tried', () => {
  const onSilent = vi.fn();
  followRefusals(onSilent);
  for (const name of ['a', 'b']) refuse('img-src', `https://other.test/${name}.png`);
  refuse('script-src', 'eval');
  refuse('connect-src', 'https://other.test');
  refuse('frame-src', 'https://other.test');
  expect(onSilent.mock.calls).toEqual([
    [{ power: 'media', address: 'https://other.test/a.png' }],
    [{ power: 'frames', address: 'https://other.test' }],
  ]);
});

test('reports the functions that do nothing, and calls them', () => {
  const functions = Object.fromEntries(
    ['open', 'alert', 'confirm', 'prompt', 'print'].map((name) => [name, vi.fn(() => name)]),
  );
  for (const [name, own] of Object.entries(functions)) vi.stubGlobal(name, own);
  const onSilent = vi.fn();
  followRefusals(onSilent);
  for (const [name, own] of Object.entries(functions)) {
    const replaced = Reflect.get(globalThis, name) as (...values: unknown[]) => unknown;
    expect(replaced('a', 2)).toBe(name);
    expect(own).toHaveBeenCalledExactlyOnceWith('a', 2);
  }
  expect(onSilent.mock.calls).toEqual([[{ power: 'popups' }], [{ power: 'dialogs' }]]);
});
