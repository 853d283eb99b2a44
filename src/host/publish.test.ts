import * as React from 'react';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import { afterEach, expect, test } from 'vitest';
import { createWidgets, standardHelpers } from '../helpers/index.ts';
import { publish, version, type NousVizGlobal } from './publish.ts';

const widgets = createWidgets({ apiBase: '/api', getSessionToken: () => null, fetch }, standardHelpers());
const page = globalThis as { NousViz?: NousVizGlobal };

afterEach(() => {
  document.body.innerHTML = '';
});

test('publishes the page’s own React, complete and frozen, until it is removed', () => {
  const remove = publish(widgets, false);
  const global = page.NousViz!;
  for (const [name, member] of Object.entries((React as never as { default: object }).default))
    expect(Reflect.get(global.React, name), name).toBe(member);
  expect(global.ReactJSXRuntime.jsx).toBe(ReactJSXRuntime.jsx);
  expect(global.ReactDOM.createPortal).toBeTypeOf('function');
  expect(global.ReactDOMClient.createRoot).toBeTypeOf('function');
  expect(global.widgets).toBe(widgets);
  expect(global.version).toBe(version);
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  const members = [
    global.React,
    global.ReactJSXRuntime,
    global.ReactDOM,
    global.ReactDOMClient,
    global.widgets,
  ];
  for (const value of [global, ...members]) expect(Object.isFrozen(value)).toBe(true);
  expect(() => Object.assign(global.React, { createElement: null })).toThrow(TypeError);
  remove();
  expect('NousViz' in globalThis).toBe(false);
});

test('refuses another copy of the library, and names both versions', () => {
  const remove = publish(widgets, false);
  expect(() => publish(widgets, false)).toThrow(
    `window.NousViz is already published by another copy of the library, of version ${version}; this copy has version ${version}. ` +
      'Use one copy of @nousviz/widget-runtime and one set of options per page, and reload it after a change. ' +
      '[HOST_ALREADY_PUBLISHED]',
  );
  remove();
});

test.each([
  ['another version', { version: '9.1.0' }, '9.1.0'],
  ['no version', { old: true }, 'unknown'],
  ['a version that is no string', { version: { toString: null } }, 'unknown'],
  ['nothing', undefined, 'unknown'],
  ['null', null, 'unknown'],
])('refuses a global of another script, %s', (_, value, found) => {
  Object.assign(globalThis, { NousViz: value });
  expect(() => publish(widgets, false)).toThrow(
    `window.NousViz is already published by another copy of the library, of version ${found}; this copy has version ${version}.`,
  );
  Reflect.deleteProperty(globalThis, 'NousViz');
});

test('removes nothing that another script has published since', () => {
  const remove = publish(widgets, false);
  const other = {};
  Reflect.deleteProperty(globalThis, 'NousViz');
  Object.assign(globalThis, { NousViz: other });
  remove();
  expect(page.NousViz).toBe(other);
  Reflect.deleteProperty(globalThis, 'NousViz');
});

test('publishes beside an element of that name', () => {
  document.body.innerHTML = '<form id="NousViz"></form>';
  const remove = publish(widgets, false);
  expect(page.NousViz).toHaveProperty('React');
  remove();
});

test('publishes a permanent global if it is locked', () => {
  const remove = publish(widgets, true);
  const global = page.NousViz!;
  remove();
  expect(page.NousViz).toBe(global);
  expect(() => Object.assign(globalThis, { NousViz: {} })).toThrow(TypeError);
  expect(Reflect.deleteProperty(globalThis, 'NousViz')).toBe(false);
});
