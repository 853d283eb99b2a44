import { expect, test } from 'vitest';
import { resolveReact } from './react.ts';

test.each([
  ['react', '/api/widget-runtime/react.js'],
  ['react-dom/client', '/api/widget-runtime/react-dom-client.js'],
  ['react/jsx-runtime.js', '/api/widget-runtime/react-jsx-runtime.js'],
  ['/api/widget-runtime/react.js', '/api/widget-runtime/react.js'],
  ['/nous/api/widget-runtime/react.js?v=1', '/nous/api/widget-runtime/react.js?v=1'],
  ['https://api.example/api/widget-runtime/react.js', 'https://api.example/api/widget-runtime/react.js'],
])('resolves %s to %s', (specifier, url) => {
  expect(resolveReact(specifier, 'import')).toEqual({ url });
  expect(resolveReact(specifier, 'require')).toEqual({ commonJs: url });
});

test.each([
  'react-router',
  './widget-runtime/react.js',
  '../widget-runtime/react.js',
  '/api/widget-runtime/reakt.js',
])('does not resolve %s', (specifier) => {
  expect(resolveReact(specifier, 'import')).toBeUndefined();
});

test('rejects modules with a separate renderer', () => {
  expect(resolveReact('react-dom/server', 'import')).toEqual({ refused: 'RENDERER_OF_ITS_OWN' });
});
