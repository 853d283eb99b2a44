import { expect, test } from 'vitest';
import { environmentRemedy } from './lacking.ts';

test.each([
  ['Worker is not defined', 'Worker'],
  ['window.matchMedia is not a function', 'matchMedia'],
  ['document.fonts.load is not a function', 'fonts.load'],
  ['navigator.share is not a function', 'share'],
  ['window.AudioContext is not a constructor', 'AudioContext'],
])('finds in "%s" what the environment lacks', (message, name) => {
  expect(environmentRemedy(new Error(message))).toContain(`If browsers have ${name},`);
});

test.each(['items.map is not a function', "Cannot read properties of null (reading 'map')", 'boom'])(
  'has no remedy for "%s"',
  (message) => expect(environmentRemedy(new Error(message))).toBeUndefined(),
);
