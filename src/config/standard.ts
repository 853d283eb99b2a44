import { messageOf } from '../contract/index.ts';

/** What a library's schema accepts, and what becomes of it, as JSON Schema. */
interface JsonSchemas {
  input(options: { target: string }): unknown;
  output?(options: { target: string }): unknown;
}

/** A Standard Schema (https://standardschema.dev), and its JSON Schema where the library has one. */
export interface StandardSchema {
  '~standard': { vendor: string; jsonSchema?: JsonSchemas };
  /** ArkType's own, which has the defaults that its standard one lacks. */
  toJsonSchema?(): unknown;
}

/** The version of JSON Schema that hosts read. */
const JSON_SCHEMA = { target: 'draft-2020-12' };

const isStandard = (value: unknown): value is StandardSchema =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;

/** Keywords whose values are data, not schemas. */
const DATA: ReadonlySet<string> = new Set(['default', 'enum', 'const', 'examples', 'required']);

/** The path in a schema at which a value gets another type, such as `.properties.items.items`; `undefined` if there is none. */
function findChanged(input: unknown, output: unknown, path = ''): string | undefined {
  if (typeof input !== 'object' || typeof output !== 'object' || !input || !output) return undefined;
  const of = output as Record<string, unknown>;
  for (const [key, value] of Object.entries(input)) {
    // A setting may have the name "type" too; its value is a schema.
    const isType = key === 'type' && (typeof value === 'string' || Array.isArray(value));
    if (isType && of.type !== undefined && JSON.stringify(value) !== JSON.stringify(of.type)) return path;
    if (DATA.has(key)) continue;
    const found = findChanged(value, of[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Spells a path in a schema as one in a config: `config.rows[].on`. */
const inConfig = (path: string) =>
  `config${path
    .replaceAll(/\.(?:properties(?=\.)|(?:anyOf|oneOf|allOf|\$defs)\.[^.]+)/g, '')
    .replaceAll('.items', '[]')
    .replaceAll('.additionalProperties', '.*')}`;

/**
 * The JSON Schema of what a schema accepts.
 *
 * @throws for a schema that turns values into others, since a page only validates them: the widget would get another value than its
 * types say.
 */
export function inputSchema({ input, output }: JsonSchemas): unknown {
  const remedy =
    'A page validates a config and does not change it: remove the change, and make it in the widget';
  const accepted = input(JSON_SCHEMA);
  let returned: unknown;
  try {
    returned = output?.(JSON_SCHEMA);
  } catch (thrown) {
    throw new Error(`it changes values (${messageOf(thrown)}). ${remedy}`, { cause: thrown });
  }
  const changed = findChanged(accepted, returned);
  if (changed !== undefined) throw new Error(`it changes ${inConfig(changed)} into another value. ${remedy}`);
  return accepted;
}

/**
 * Converts what a widget's file exports as `config` to JSON Schema. A value that is no Standard Schema is returned as it is.
 *
 * @returns `{vendor}` for a library whose schemas need a converter of their own.
 * @throws what the library throws for a schema that JSON Schema cannot express, and as {@link inputSchema} does.
 */
export function jsonSchemaOf(schema: unknown): { value: unknown; vendor?: never } | { vendor: string } {
  if (!isStandard(schema)) return { value: schema };
  const { vendor, jsonSchema } = schema['~standard'];
  if (vendor === 'arktype' && schema.toJsonSchema) return { value: schema.toJsonSchema() };
  return jsonSchema ? { value: inputSchema(jsonSchema) } : { vendor };
}
