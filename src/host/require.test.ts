import { afterEach, expect, test, vi } from 'vitest';
import { provideRequire } from './require.ts';

const page = globalThis as { require?: (specifier: string) => unknown };

afterEach(() => void Reflect.deleteProperty(globalThis, 'require'));

test('returns the page’s React modules', () => {
  const React = {};
  const ReactDOM = {};
  vi.stubGlobal('NousViz', { React, ReactDOM });
  provideRequire();
  expect(page.require!('/api/widget-runtime/react.js')).toBe(React);
  expect(page.require!('/nous/api/widget-runtime/react-dom.js')).toBe(ReactDOM);
});

test('throws the message that the diagnosis recognises for everything else', () => {
  vi.stubGlobal('NousViz', { React: {} });
  provideRequire();
  for (const specifier of ['fs', 'react', '/api/widget-runtime/react-compiler-runtime.js'])
    expect(() => page.require!(specifier)).toThrow(`Dynamic require of "${specifier}" is not supported`);
});

test('does not replace a module loader', () => {
  const define = () => {};
  vi.stubGlobal('define', define);
  provideRequire();
  expect('require' in globalThis).toBe(false);
  vi.unstubAllGlobals();
  const own = () => 'theirs';
  Object.assign(globalThis, { require: own });
  provideRequire();
  expect(page.require).toBe(own);
});

test('can be replaced by a later module loader, and is not enumerable', () => {
  provideRequire();
  expect(Object.keys(globalThis)).not.toContain('require');
  const later = () => 'later';
  Object.assign(globalThis, { require: later });
  expect(page.require).toBe(later);
});
