import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isWidgetError } from '../contract/index.ts';
import { makeFolder } from './folder.test.kit.ts';
import { parseYaml, readYaml, YAML_LIMITS } from './yaml.ts';

const file = { pluginId: 'sales', file: 'dashboards/main.yaml' };
const parse = (text: string) => parseYaml(text, file);
const refused = (place: string, message: string) =>
  expect.objectContaining({
    code: 'YAML_INVALID',
    message: expect.stringMatching(new RegExp(`^sales: dashboards/main\\.yaml${place}: .*${message}`)),
  });

async function failureOf(reading: Promise<unknown>): Promise<unknown> {
  const thrown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isWidgetError(thrown)) throw new Error('was not refused', { cause: thrown });
  return thrown;
}

const failure = (text: string) => failureOf((async () => parse(text))());

test('reads the core schema of YAML 1.2, with merge keys', () => {
  const text = `
base: &base {width: 2, height: 1}
panel:
  <<: *base
  height: 3
list: {<<: [*base, {depth: 4}]}
word: no
old: 0777
number: 0x1f
date: 2026-04-25
nothing: ~
1: one
`;
  expect(parse(text)).toEqual({
    base: { width: 2, height: 1 },
    panel: { width: 2, height: 3 },
    list: { width: 2, height: 1, depth: 4 },
    word: 'no',
    old: 777,
    number: 31,
    date: '2026-04-25',
    nothing: null,
    '1': 'one',
  });
});

test('uses the core schema even with a directive for YAML 1.1', () => {
  expect(parse('%YAML 1.1\n---\nword: no\n')).toEqual({ word: 'no' });
});

test('reads an empty file as null', () => {
  expect(parse('')).toBeNull();
  expect(parse('# nothing\n')).toBeNull();
});

test('ignores tags', () => {
  expect(parse('a: !!binary aGk=\nb: !Custom x\nc: !!timestamp 2001-01-01')).toEqual({
    a: 'aGk=',
    b: 'x',
    c: '2001-01-01',
  });
});

test('reads __proto__ as an ordinary key', () => {
  const data = parse('__proto__: {polluted: 1}\nb: {<<: {__proto__: {polluted: 2}}}') as Record<
    string,
    object
  >;
  expect(Object.keys(data)).toEqual(['__proto__', 'b']);
  expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  expect(Object.keys(data.b!)).toEqual(['__proto__']);
  expect('polluted' in {}).toBe(false);
});

test.each([
  ['a:\n  - b\n c: 1\n', ':3:1', 'same column'],
  ['a: "open\n', ':2:1', 'Missing closing'],
  ['panels: [\n', ':2:1', 'Flow sequence'],
  ['a: 1\nb: 2\na: 3\n', ':3:1', 'the key "a" is repeated'],
  ['a: {b: 1, b: 2}', ':1:11', 'the key "b" is repeated'],
  ['a: 1\n---\nb: 2\n', ':2:1', 'a second document begins'],
  ['a: *none', ':1:4', 'has no anchor &none'],
  ['a: &a [*a]', ':1:8', 'contains itself'],
  ['a: {<<: 5}', ':1:5', '<< needs a mapping'],
  ['a: &l [1]\nb: {<<: *l}', ':2:5', '<< needs a mapping'],
  ['? [a]\n: b', ':1:3', 'keys must be strings'],
  ['\tb: 1', ':1:1', 'Tabs'],
])('refuses %j, and names the place', async (text, place, message) => {
  expect(await failure(text)).toEqual(refused(place, message));
});

test('names the place, the fact and the code in the message', async () => {
  expect(((await failure('a: 1\na: 2')) as Error).message).toBe(
    'sales: dashboards/main.yaml:2:1: the key "a" is repeated. Correct the file at that place. [YAML_INVALID]',
  );
});

test.each([
  ['lists', '['.repeat(100_000)],
  ['mappings', '{a: '.repeat(100_000)],
  ['block lists', '- '.repeat(100_000)],
  ['explicit keys', '? '.repeat(100_000)],
  ['indented mappings', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
  ['one level too many', '['.repeat(YAML_LIMITS.depth + 1) + ']'.repeat(YAML_LIMITS.depth + 1)],
])('refuses deep nesting: %s', async (_, text) => {
  expect(await failure(text)).toEqual(refused(':\\d+:\\d+', 'nested deeper than 64 levels'));
});

test('accepts nesting up to the limit', () => {
  const { depth } = YAML_LIMITS;
  expect(JSON.stringify(parse('['.repeat(depth) + ']'.repeat(depth)))).toHaveLength(2 * depth);
});

const half = (inner: string) => '['.repeat(40) + inner + ']'.repeat(40);

test('counts the depth through aliases', async () => {
  expect(await failure(`a: &a ${half('1')}\nb: ${half('*a')}`)).toEqual(refused(':2:\\d+', 'nested deeper'));
});

const bomb = (levels: number, of: (alias: string) => string) =>
  `a0: &a0 [x]\n${Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} ${of(`*a${i}`)}\n`).join('')}`;

test.each([
  ['lists', bomb(20, (alias) => `[${Array(9).fill(alias).join(', ')}]`)],
  ['mappings', bomb(20, (alias) => `{a: ${alias}, b: ${alias}, c: ${alias}}`)],
  ['merges', bomb(30, (alias) => `{k: ${alias}, <<: [{z: ${alias}}, {y: ${alias}}]}`)],
  ['one long string', `a: &a "${'x'.repeat(100_000)}"\nb: [${Array(100).fill('*a').join(', ')}]`],
])('refuses a bomb of aliases: %s', async (_, text) => {
  expect(await failure(text)).toEqual(refused(':\\d+:\\d+', 'too large with its aliases expanded'));
});

test('refuses too many aliases', async () => {
  const aliases = Array(YAML_LIMITS.aliases + 1).fill('*a');
  expect(await failure(`a: &a 1\nb: [${aliases.join(',')}]`)).toEqual(
    refused(':2:\\d+', '1000 aliases are too many'),
  );
  expect(parse(`a: &a 1\nb: [${aliases.slice(1).join(',')}]`)).toHaveProperty('b.length', 1000);
});

test.each([
  ['entries', `[${'1,'.repeat(400_000)}]`],
  ['keys', Array.from({ length: 100_000 }, (_, i) => `k${i}:\n`).join('')],
  ['lines', '\n'.repeat(1_000_000)],
])('refuses too many tokens: %s', async (_, text) => {
  expect(await failure(text)).toEqual(refused(':\\d+:\\d+', '200000 tokens are too many'));
});

test('stops at the first error of many', async () => {
  expect(await failure(']'.repeat(150_000))).toEqual(refused(':1:1', 'Unexpected flow-seq-end'));
  expect(await failure(`[${','.repeat(150_000)}`)).toEqual(refused(':1:3', 'Unexpected ,'));
});

test('accepts a large, flat mapping', () => {
  const text = Array.from({ length: 25_000 }, (_, i) => `k${i}: v\n`).join('');
  expect(Object.keys(parse(text) as object)).toHaveLength(25_000);
});

test('refuses a source of over a megabyte', async () => {
  expect(await failure(`a: ${'é'.repeat(600_000)}`)).toEqual(refused('', '1200003 bytes are too many'));
});

test('checks the size of a file before it reads it', async () => {
  const folder = await makeFolder({ 'big.yaml': '', 'small.yaml': 'a: 1' });
  // A sparse file, too large for one read.
  await truncate(join(folder, 'big.yaml'), 3 * 2 ** 30);
  expect(await failureOf(readYaml(join(folder, 'big.yaml'), file))).toEqual(
    refused('', '3221225472 bytes are too many, 1048576 are allowed'),
  );
  await expect(readYaml(join(folder, 'small.yaml'), file)).resolves.toEqual({ a: 1 });
});

test('refuses a file that is not UTF-8', async () => {
  const folder = await makeFolder({ 'latin.yaml': Uint8Array.of(0x61, 0x3a, 0x20, 0xe9) });
  expect(await failureOf(readYaml(join(folder, 'latin.yaml'), file))).toEqual(refused('', 'not UTF-8'));
});
