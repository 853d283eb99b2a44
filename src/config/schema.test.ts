// @vitest-environment node
import { expect, test } from 'vitest';
import { findSchemaFaults, loadPatterns, SCHEMA_LIMITS } from './index.ts';

const { isPattern } = await loadPatterns();
const nested = (depth: number): object => (depth === 0 ? {} : { properties: { a: nested(depth - 1) } });

test.each<[name: string, schema: unknown, fault: string]>([
  ['a value that is no mapping', 'text', ' must be a JSON Schema, a mapping'],
  [
    'an unknown keyword',
    { properties: { a: { typ: 'string' } } },
    'properties.a.typ is a keyword that is not supported',
  ],
  ['a keyword that is not supported', { if: {} }, 'if is a keyword that is not supported'],
  [
    'an unknown type',
    { properties: { a: { type: 'text' } } },
    'properties.a.type must be one of string, number, integer, boolean, array, object, null, or a list of them',
  ],
  [
    'a list of values that is empty',
    { properties: { a: { enum: [] } } },
    'properties.a.enum must be a list of values',
  ],
  ['a limit that is text', { properties: { a: { minimum: '1' } } }, 'properties.a.minimum must be a number'],
  ['a count below zero', { minProperties: -1 }, 'minProperties must be a whole number that is not negative'],
  [
    'a schema that is text',
    { properties: { a: 'string' } },
    'properties.a must be a schema: a mapping, true or false',
  ],
  ['forms that are no list', { anyOf: {} }, 'anyOf must be a list of schemas'],
  [
    'a reference to elsewhere',
    { $ref: 'https://example.com/schema' },
    '$ref must lead to a definition in this schema, "#/$defs/Name"',
  ],
  [
    'a reference to nothing',
    { $ref: '#/$defs/constructor' },
    '$ref must lead to a definition in this schema, "#/$defs/Name"',
  ],
  [
    'a pattern with look-ahead',
    { properties: { a: { pattern: '(?=a)' } } },
    'properties.a.pattern has a pattern that RE2 does not accept: it has no look-around and no back-references',
  ],
  ['another type of config', { type: 'array' }, 'type must be "object", because a config is a mapping'],
  [
    'a schema that nests deeply',
    nested(SCHEMA_LIMITS.depth + 1),
    `${'properties.a.'.repeat(SCHEMA_LIMITS.depth + 1).slice(0, -1)} nests deeper than 24 schemas`,
  ],
  [
    'a large schema',
    { description: 'x'.repeat(SCHEMA_LIMITS.size) },
    ' has 16018 characters as JSON, and 16000 are allowed',
  ],
])('refuses %s', (_, schema, fault) => {
  expect(findSchemaFaults(schema, isPattern).map(({ path, fact }) => `${path.join('.')} ${fact}`)).toEqual([
    fault,
  ]);
});
