import { expect, test } from 'vitest';
import { misspelledShim } from './misspelled-shim.ts';
import { shimOf } from './shims.ts';

test.each([
  ['/api/widget-runtime/react', 'react.js'],
  ['/api/widget-runtime/react.js/', 'react.js'],
  ['/api/widget-runtime//react.js', 'react.js'],
  ['/api//widget-runtime/react.js', 'react.js'],
  ['//api/widget-runtime/react.js', 'react.js'],
  ['/api/widget-runtime/React.js', 'react.js'],
  ['/api/Widget-Runtime/react.js', 'react.js'],
  ['/api/widget-runtime/react.mjs?v=1#a', 'react.js'],
  ['/api/widget-runtime/react.min.js', 'react.js'],
  ['/api/widget-runtime/react/jsx-runtime', 'react-jsx-runtime.js'],
  ['/api/widget-runtime/react_jsx_runtime.js', 'react-jsx-runtime.js'],
  ['/api/widget-runtime/react-dom/client.js', 'react-dom-client.js'],
  ['/api/widget-runtime/raect.js', 'react.js'],
  ['https://api.example/v2/widget-runtime/react-dom', 'react-dom.js'],
  ['/api/widgetruntime/react.js', 'react.js'],
])('takes %s for a misspelling of %s', (url, shim) => {
  expect(misspelledShim(url)).toBe(shim);
  expect(shimOf(url)).toBeUndefined();
});

test.each(['react', '/api/widget-runtime/react.js?v=1', './Chart.js', '/api/widget-runtime/', '/x/react'])(
  'takes %s for no misspelling',
  (url) => {
    expect(misspelledShim(url)).toBeUndefined();
  },
);
