import { isRecord } from '../contract/index.ts';

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'null',
};

/** The number of values that a message lists. */
const MAX_LISTED = 8;

/** The largest part of a value that a message quotes, in characters. */
const MAX_QUOTED = 80;

/** Quotes a value for a message: JSON, at most 80 characters. */
export function quoteValue(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED - 1)}…` : text;
}

/** Joins alternatives: `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[]): string {
  const all = [...new Set(words)];
  const shown = all.length > MAX_LISTED ? [...all.slice(0, MAX_LISTED), '…'] : all;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

/** The words for the types of a schema: `a string or a number`. */
export const typeWords = (type: unknown) =>
  either([type].flat().map((one) => TYPE_WORDS[String(one)] ?? String(one)));

/** The words for a list of values: `"line" or "bar"`. */
export const valueWords = (values: readonly unknown[]) => either(values.map(quoteValue));

/** What a schema wants, in a few words; `undefined` if it accepts values of every kind. */
export function wantedBy(schema: unknown): string | undefined {
  if (!isRecord(schema)) return undefined;
  const { const: only, enum: values, type, anyOf, oneOf } = schema;
  if ('const' in schema) return quoteValue(only);
  if (Array.isArray(values)) return valueWords(values);
  if (type !== undefined) return typeWords(type);
  const forms: unknown = anyOf ?? oneOf;
  if (!Array.isArray(forms)) return undefined;
  const words = forms.map(wantedBy);
  return words.includes(undefined) ? undefined : either(words as string[]);
}
