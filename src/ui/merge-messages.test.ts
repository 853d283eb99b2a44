import { expect, test } from 'vitest';
import { mergeMessages } from './merge-messages.ts';
import { english } from './messages.ts';

test('replaces texts at every level, and leaves the others', () => {
  const merged = mergeMessages(english, { locale: 'de', banner: { review: 'Prüfen' } });
  expect(merged).toMatchObject({ locale: 'de', retry: english.retry });
  expect(merged.banner).toEqual({ ...english.banner, review: 'Prüfen' });
  expect(english.banner.review).toBe('Review');
});

test('keeps texts that are undefined, and the same object where nothing is replaced', () => {
  expect(mergeMessages(english, undefined)).toBe(english);
  expect(mergeMessages(english, { loading: undefined as never }).loading).toBe(english.loading);
});

test('has a text for each power and each reason', () => {
  for (const phrase of Object.values(english.powers.phrases)) expect(phrase('a, b')).toMatch(/^[a-z]/);
  for (const reason of Object.values(english.verdicts.reasons)) expect(reason).toMatch(/\.$/);
});

test('chooses singular and plural', () => {
  expect([0, 1, 2].map(english.code.added)).toEqual(['0 lines added', '1 line added', '2 lines added']);
});
