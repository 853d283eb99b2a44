import { isRecord, type Config } from '../contract/index.ts';

/** The JSON Schema of a component's config (CONTRACT M4): draft 2020-12, as far as {@link findSchemaFaults} knows it. */
export type ConfigSchema = Config;

/** The limits of one schema, so that no manifest makes a server or a page slow. */
export const SCHEMA_LIMITS = {
  /** Characters of the schema as JSON. */
  size: 16_000,
  /** The levels of schemas within schemas. */
  depth: 24,
  /** Characters of one pattern. */
  pattern: 500,
};

/** What is wrong with a schema. */
export interface SchemaFault {
  /** The path in the schema; the last element is the keyword. */
  path: readonly (string | number)[];
  /** What is wrong, to follow the path: `must be a number`. */
  fact: string;
}

export const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'] as const;

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isStrings = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string');
const isType = (value: unknown) => (TYPES as readonly unknown[]).includes(value);

/** A rule for the value of a keyword, and its words. */
type ValueRule = readonly [isValid: (value: unknown) => boolean, rule: string];

const COUNT: ValueRule = [isCount, 'must be a whole number that is not negative'];
const NUMBER: ValueRule = [Number.isFinite, 'must be a number'];
const TEXT: ValueRule = [(value) => typeof value === 'string', 'must be a string'];

/** The keywords whose values are neither schemas nor contain some. */
const VALUES: Readonly<Record<string, ValueRule>> = {
  type: [
    (value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType)),
    `must be one of ${TYPES.join(', ')}, or a list of them`,
  ],
  enum: [(value) => Array.isArray(value) && value.length > 0, 'must be a list of values'],
  required: [isStrings, 'must be a list of keys'],
  minItems: COUNT,
  maxItems: COUNT,
  minLength: COUNT,
  maxLength: COUNT,
  minProperties: COUNT,
  maxProperties: COUNT,
  minimum: NUMBER,
  maximum: NUMBER,
  exclusiveMinimum: NUMBER,
  exclusiveMaximum: NUMBER,
  multipleOf: [(value) => Number.isFinite(value) && (value as number) > 0, 'must be a number above 0'],
  uniqueItems: [(value) => typeof value === 'boolean', 'must be true or false'],
  pattern: TEXT,
  $ref: TEXT,
  title: TEXT,
  description: TEXT,
};

/** The keywords that say nothing about valid values. A `format` is one of them, as draft 2020-12 has it. */
const NOTES = new Set(
  '$schema $id $comment const default examples deprecated readOnly writeOnly format contentMediaType contentEncoding'.split(
    ' ',
  ),
);

const ONE = new Set(['additionalProperties', 'propertyNames', 'items', 'not']);
const LISTS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions']);

/** All keywords that a schema may have, for the guide. */
export const KEYWORDS: readonly string[] = [...Object.keys(VALUES), ...NOTES, ...ONE, ...LISTS, ...MAPS];

/** Whether a value is a schema: a mapping, or `true` or `false` for all values and for none. */
export const isSchema = (value: unknown): value is ConfigSchema | boolean =>
  isRecord(value) || typeof value === 'boolean';

const own = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** Finds the schema of a `$ref`, which leads to the whole schema, `#`, or to one of its definitions, `#/$defs/Name`. */
export function resolveRef(root: ConfigSchema, ref: string): unknown {
  if (ref === '#') return root;
  const [, list, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(ref) ?? [];
  if (!list || !name) return undefined;
  // Names in a `$ref` are spelled as in a URL and a JSON pointer (RFC 6901).
  const unescaped = name.replace(/~1/g, '/').replace(/~0/g, '~');
  return own(own(root, list), unescaped);
}

/** Calls a function with each pattern of a schema. */
function patternsIn(keyword: string, value: unknown): string[] {
  if (keyword === 'pattern') return typeof value === 'string' ? [value] : [];
  return keyword === 'patternProperties' && isRecord(value) ? Object.keys(value) : [];
}

/** Whether a schema has a pattern anywhere. */
export function hasPatterns(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasPatterns);
  if (!isRecord(schema)) return false;
  return Object.entries(schema).some(
    ([key, value]) => patternsIn(key, value).length > 0 || hasPatterns(value),
  );
}

/**
 * Finds everything that is wrong with a component's schema. A schema that has faults is not used.
 *
 * @param isPattern Whether a text is a pattern that takes linear time.
 */
export function findSchemaFaults(schema: unknown, isPattern: (text: string) => boolean): SchemaFault[] {
  const faults: SchemaFault[] = [];
  const report = (path: SchemaFault['path'], fact: string) => void faults.push({ path, fact });
  if (!isRecord(schema)) return [{ path: [], fact: 'must be a JSON Schema, a mapping' }];
  const root = schema;
  const size = JSON.stringify(schema).length;
  if (size > SCHEMA_LIMITS.size)
    return [{ path: [], fact: `has ${size} characters as JSON, and ${SCHEMA_LIMITS.size} are allowed` }];

  function visit(value: unknown, path: SchemaFault['path'], depth: number) {
    if (typeof value === 'boolean') return;
    if (!isRecord(value)) return report(path, 'must be a schema: a mapping, true or false');
    if (depth > SCHEMA_LIMITS.depth) return report(path, `nests deeper than ${SCHEMA_LIMITS.depth} schemas`);
    for (const [keyword, given] of Object.entries(value))
      visitKeyword(keyword, given, [...path, keyword], depth);
  }

  function visitKeyword(keyword: string, given: unknown, path: SchemaFault['path'], depth: number) {
    const [isValid, rule] = Object.hasOwn(VALUES, keyword) ? VALUES[keyword]! : [];
    if (rule !== undefined && !isValid!(given)) return report(path, rule);
    for (const pattern of patternsIn(keyword, given))
      if (pattern.length > SCHEMA_LIMITS.pattern || !isPattern(pattern))
        report(path, 'has a pattern that RE2 does not accept: it has no look-around and no back-references');
    if (keyword === '$ref' && !isSchema(resolveRef(root, given as string)))
      return report(path, 'must lead to a definition in this schema, "#/$defs/Name"');
    if (ONE.has(keyword)) visit(given, path, depth + 1);
    else if (LISTS.has(keyword)) {
      if (!Array.isArray(given) || given.length === 0) return report(path, 'must be a list of schemas');
      for (const [index, one] of given.entries()) visit(one, [...path, index], depth + 1);
    } else if (MAPS.has(keyword)) {
      if (!isRecord(given)) return report(path, 'must be a mapping of schemas');
      for (const [key, one] of Object.entries(given)) visit(one, [...path, key], depth + 1);
    } else if (rule === undefined && !NOTES.has(keyword) && !keyword.startsWith('x-'))
      report(path, 'is a keyword that is not supported');
  }

  visit(schema, [], 0);
  const { type } = schema;
  if (faults.length === 0 && type !== undefined && ![type].flat().includes('object'))
    report(['type'], 'must be "object", because a config is a mapping');
  return faults;
}
