import { expect, test } from 'vitest';
import { placesIn } from './yaml-places.ts';

const text = `# a comment
title: Main
panels:
  - &one
    type: custom
    component: One
    config: { deep: [1, { a: 2 }] }
  - *one
  - <<: *one
    "component": Two
empty:
`;

test.each([
  ['', 2, 1],
  ['title', 2, 8],
  ['panels[0].component', 6, 16],
  ['panels[0].config.deep[1].a', 7, 30],
  ['panels[2].component', 10, 18],
  // A missing value has the position of its innermost existing parent.
  ['panels[0].position', 5, 5],
  ['panels[7]', 4, 3],
  ['title.of.nothing', 2, 8],
  ['empty', 11, 7],
])('finds %j in line %s, column %s', (path, line, column) => {
  expect(placesIn(text)(path)).toEqual({ line, column });
});

test('finds values that are merged, keys, and keys with dots', () => {
  expect(placesIn(text)('panels[2].config.deep')).toEqual({ line: 7, column: 21 });
  expect(placesIn(text)('panels[0].component', true)).toEqual({ line: 6, column: 5 });
  expect(placesIn('"a.b": { c: 1 }')(['a.b', 'c'])).toEqual({ line: 1, column: 13 });
  // Of a key that is missing, too, the place is that of the parent.
  expect(placesIn(text)('panels[0].position', true)).toEqual({ line: 5, column: 5 });
});

test('resolves an alias', () => {
  expect(placesIn(text)('panels[1]')).toEqual({ line: 8, column: 5 });
  expect(placesIn(text)('panels[1].component')).toEqual({ line: 6, column: 16 });
});

test.each(['', '# nothing', 'a'])('finds a place in %j', (document) => {
  expect(placesIn(document)('a.b')).toEqual({ line: 1, column: expect.any(Number) });
});
