import { expect, test } from 'vitest';
import { createWidgets, standardHelpers } from './helpers.ts';

const options = { apiBase: '/api', getSessionToken: () => null, fetch };

test('joins class names, and lets the later utility win', () => {
  const { cn } = standardHelpers();
  expect(cn('p-2 text-sm', ['p-4', { hidden: false, block: true }], null)).toBe('text-sm p-4 block');
});

test('makes a frozen object', () => {
  expect(Object.isFrozen(createWidgets(options, standardHelpers()))).toBe(true);
});

test('uses the app’s own helpers, but no other members of that object', () => {
  const own = { ...standardHelpers(), cn: () => 'own', secret: 5 };
  expect(createWidgets(options, own).cn('a')).toBe('own');
  expect(Object.keys(createWidgets(options, own))).toEqual(
    Object.keys(createWidgets(options, standardHelpers())),
  );
});
