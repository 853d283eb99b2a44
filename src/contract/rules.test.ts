import { expect, test } from 'vitest';
import { RULES } from './rules.ts';

test.each(Object.entries(RULES))('has words for the rule %s', (_, words) =>
  expect(words).toMatch(/^must .*[^.]$/),
);
