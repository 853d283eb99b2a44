import { afterEach, expect, test, vi } from 'vitest';
import { provideRequire } from './require.ts';

const page = globalThis as { require?: (specifier: string) => unknown };

afterEach(() => void Reflect.deleteProperty(globalThis, 'require'));

test('hands out what the page has of React', () => {
  const React = {};
  const ReactDOM = {};
  vi.stubGlobal('NousViz', { React, ReactDOM });
  provideRequire();
  expect(page.require!('/api/widget-runtime/react.js')).toBe(React);
  expect(page.require!('/nous/api/widget-runtime/react-dom.js')).toBe(ReactDOM);
});

test('throws the words by which a card knows what is wrong, for all else', () => {
  vi.stubGlobal('NousViz', { React: {} });
  provideRequire();
  for (const specifier of ['fs', 'react', '/api/widget-runtime/react-compiler-runtime.js'])
    expect(() => page.require!(specifier)).toThrow(`Dynamic require of "${specifier}" is not supported`);
});

test('stays out of the way of a module loader', () => {
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

test('lets a loader that comes later take its place, and shows up in no list of globals', () => {
  provideRequire();
  expect(Object.keys(globalThis)).not.toContain('require');
  const later = () => 'later';
  Object.assign(globalThis, { require: later });
  expect(page.require).toBe(later);
});
