import { expect, test } from 'vitest';
import { RULES } from './rules.ts';

test.each(Object.entries(RULES))('has a sentence for the rule %s', (_, sentence) =>
  expect(sentence).toMatch(/^must .*[^.]$/),
);
