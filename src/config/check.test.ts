// @vitest-environment node
import { Validator } from '@cfworker/json-schema';
import { expect, test } from 'vitest';
import { checkConfig, findSchemaFaults, loadPatterns, sentenceOfFault, type ConfigSchema } from './index.ts';

const { isPattern, matches } = await loadPatterns();

const CHART: ConfigSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['title', 'chart'],
  properties: {
    title: { type: 'string', minLength: 2 },
    height: { type: 'integer', minimum: 100, maximum: 900, default: 300 },
    chart: {
      type: 'object',
      additionalProperties: false,
      properties: {
        type: { enum: ['line', 'bar'], default: 'line' },
        color: { type: 'string', pattern: '^#[0-9a-f]{6}$' },
        isStacked: { type: 'boolean' },
        series: {
          type: 'array',
          maxItems: 3,
          items: {
            type: 'object',
            required: ['key'],
            properties: { key: { type: 'string' }, width: { type: 'number', default: 1 } },
          },
        },
        axis: {
          oneOf: [
            { type: 'object', properties: { kind: { const: 'time' }, zone: { type: 'string' } } },
            { type: 'object', properties: { kind: { const: 'number' }, max: { type: 'number' } } },
          ],
        },
      },
    },
  },
};

const GOOD = { title: 'Sales', chart: { series: [{ key: 'a' }], axis: { kind: 'number', max: 3 } } };
const words = (schema: ConfigSchema, config: Record<string, unknown>) =>
  checkConfig(schema, config, matches).faults.map(sentenceOfFault);

test('adds the defaults of the schema, and leaves what the config has', () => {
  expect(checkConfig(CHART, GOOD, matches)).toEqual({
    faults: [],
    config: {
      title: 'Sales',
      height: 300,
      chart: {
        type: 'line',
        series: [{ key: 'a', width: 1 }],
        axis: { kind: 'number', max: 3 },
      },
    },
  });
});

test.each<[name: string, config: Record<string, unknown>, sentence: string]>([
  ['a missing key', { chart: {} }, 'config.title is missing; it must be a string.'],
  ['a number for text', { ...GOOD, title: 5 }, 'config.title is 5, but must be a string. Quote it.'],
  ['short text', { ...GOOD, title: 'a' }, 'config.title is "a", but must have at least 2 characters.'],
  [
    'text for a number',
    { ...GOOD, height: '300' },
    'config.height is "300", but must be a whole number. Remove the quotes.',
  ],
  ['a fraction', { ...GOOD, height: 300.5 }, 'config.height is 300.5, but must be a whole number.'],
  ['a small number', { ...GOOD, height: 5 }, 'config.height is 5, but must be at least 100.'],
  [
    'an empty value',
    { ...GOOD, chart: null },
    'config.chart is null, but must be a mapping. Give it a value, or remove the key.',
  ],
  ['an unknown key', { ...GOOD, hight: 5 }, 'config.hight is not a setting. Did you mean height?'],
  [
    'a key without likeness',
    { ...GOOD, xyzzyxyzzy: 5 },
    'config.xyzzyxyzzy is not a setting. The keys are: title, height, chart.',
  ],
  [
    'a nested value',
    { ...GOOD, chart: { type: 'bars' } },
    'config.chart.type is "bars", but must be "line" or "bar". Did you mean "bar"?',
  ],
  [
    'a nested key',
    { ...GOOD, chart: { colour: '#ffffff' } },
    'config.chart.colour is not a setting. Did you mean color?',
  ],
  [
    'a pattern',
    { ...GOOD, chart: { color: 'red' } },
    'config.chart.color is "red", but must match the pattern ^#[0-9a-f]{6}$.',
  ],
  [
    'a quoted boolean',
    { ...GOOD, chart: { isStacked: 'true' } },
    'config.chart.isStacked is "true", but must be true or false. Remove the quotes.',
  ],
  [
    'an item',
    { ...GOOD, chart: { series: [{ key: 'a' }, {}] } },
    'config.chart.series[1].key is missing; it must be a string.',
  ],
  ['a list', { ...GOOD, chart: { series: 'a' } }, 'config.chart.series is "a", but must be a list.'],
  [
    'a long list',
    { ...GOOD, chart: { series: [1, 2, 3, 4].map((key) => ({ key: `${key}` })) } },
    'config.chart.series has 4 items, but must have at most 3.',
  ],
  [
    'a form',
    { ...GOOD, chart: { axis: { kind: 'number', max: 'x' } } },
    'config.chart.axis.max is "x", but must be a number.',
  ],
  [
    'no form',
    { ...GOOD, chart: { axis: { kind: 'tme' } } },
    'config.chart.axis.kind is "tme", but must be "time" or "number". Did you mean "time"?',
  ],
])('names %s', (_, config, sentence) => {
  expect(words(CHART, config)).toEqual([sentence]);
});

test('leaves the keys that hosts pass, unless the schema has them', () => {
  const config = { ...GOOD, component: 'Chart', live: true, refresh_seconds: 'soon' };
  expect(checkConfig(CHART, config, matches)).toMatchObject({
    faults: [],
    config: { refresh_seconds: 'soon' },
  });
  const own = { properties: { refresh_seconds: { type: 'number' } } };
  expect(words(own, config)).toEqual(['config.refresh_seconds is "soon", but must be a number.']);
});

test('keys that objects inherit are ordinary keys', () => {
  const config = JSON.parse('{"title":"Sales","chart":{},"__proto__":1,"constructor":2}') as Record<
    string,
    unknown
  >;
  expect(words(CHART, config).map((text) => text.split(' ')[0])).toEqual([
    'config.__proto__',
    'config.constructor',
  ]);
});

/** Schemas for the comparison with a validator that is a library, and values that fit or do not. */
const SCHEMAS: ConfigSchema[] = [
  CHART,
  { properties: { a: { type: ['string', 'null'] }, b: { const: { x: [1] } } }, required: ['b'] },
  {
    properties: {
      a: { anyOf: [{ type: 'number' }, { type: 'array', items: { type: 'string' }, uniqueItems: true }] },
    },
  },
  {
    properties: { a: { allOf: [{ minimum: 1 }, { exclusiveMaximum: 3 }], not: { const: 2 } } },
    maxProperties: 2,
  },
  {
    $defs: {
      tree: { type: 'object', properties: { a: { $ref: '#/$defs/tree' } }, additionalProperties: false },
    },
    $ref: '#/$defs/tree',
  },
  {
    patternProperties: { '^a': { type: 'number', multipleOf: 2 } },
    additionalProperties: { type: 'string', maxLength: 1 },
  },
  { properties: { a: { prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 2 } } },
  { propertyNames: { enum: ['a', 'b'] }, minProperties: 1, additionalProperties: { type: 'integer' } },
  { properties: { a: { oneOf: [{ type: 'integer' }, { type: 'number', minimum: 2 }] } } },
  { properties: { a: { properties: { b: false } } } },
];

const LEAVES: unknown[] = [
  0,
  1,
  2,
  2.5,
  -4,
  '',
  'a',
  'bb',
  true,
  null,
  [],
  ['a'],
  ['a', 'a'],
  ['a', 1],
  ['a', 1, 2],
  {},
  { b: 1 },
  { a: {} },
  { x: [1] },
];

function* configs(): Generator<Record<string, unknown>> {
  yield {};
  yield GOOD;
  for (const a of LEAVES) {
    yield { a };
    yield { b: a };
    yield { c: a };
    for (const b of LEAVES) yield { a, b };
    for (const key of ['type', 'color', 'isStacked', 'series', 'axis', 'other'])
      yield { title: 'Sales', chart: { [key]: a } };
  }
}

test.each(SCHEMAS.map((schema) => [JSON.stringify(schema).slice(0, 60), schema] as const))(
  'accepts what a library accepts: %s',
  (_, schema) => {
    expect(findSchemaFaults(schema, isPattern)).toEqual([]);
    const validator = new Validator(schema as never, '2020-12');
    let accepted = 0;
    for (const config of configs()) {
      const checked = checkConfig(schema, config, matches);
      // The library adds no defaults.
      const { valid } = validator.validate(checked.faults.length === 0 ? checked.config : config);
      expect(checked.faults.length === 0, JSON.stringify(config)).toBe(valid);
      accepted += Number(valid);
    }
    expect(accepted).toBeGreaterThan(0);
  },
);

const repeat = (depth: number): ConfigSchema => {
  const $defs: Record<string, unknown> = { d0: { type: 'string' } };
  for (let index = 1; index <= depth; index += 1) {
    const $ref = `#/$defs/d${index - 1}`;
    $defs[`d${index}`] = { anyOf: [{ $ref }, { $ref }, { $ref }] };
  }
  return { properties: { a: { $ref: `#/$defs/d${depth}` } }, $defs };
};

test.each<[name: string, schema: ConfigSchema, config: Record<string, unknown>]>([
  ['a schema that refers to itself', { $ref: '#' }, {}],
  ['forms within forms', repeat(20), { a: 1 }],
  [
    'a pattern with nested repetition on much text',
    { additionalProperties: { pattern: '^(a+)+$' } },
    Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, `${'a'.repeat(999)}!`])),
  ],
  [
    'a list of unlike items',
    { properties: { a: { uniqueItems: true } } },
    { a: Array.from({ length: 200_000 }, (_, index) => `${'x'.repeat(60)}${index}`) },
  ],
])('ends early with %s', (_, schema, config) => {
  expect(findSchemaFaults(schema, isPattern)).toEqual([]);
  const sentences = words(schema, config);
  expect(sentences.join('\n')).toMatch(/takes too long to check|must match the pattern/);
});

test('several configs share a budget', () => {
  const budget = { left: 10 };
  expect(checkConfig(CHART, GOOD, matches, budget).faults).toMatchObject([
    { fact: 'takes too long to check' },
  ]);
});
