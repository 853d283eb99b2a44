import { isRecord, messageOf } from '../contract/index.ts';

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

/** The path of a value that gets another type, such as `.items[]`; `undefined` if there is none. */
function findChanged(input: unknown, output: unknown, path = ''): string | undefined {
  if (!isRecord(input) || !isRecord(output)) return undefined;
  const types = [input['type'], output['type']].map((type) => JSON.stringify(type));
  if (types[0] !== types[1]) return path;
  const parts = (one: Record<string, unknown>): [string, unknown][] => [
    ...Object.entries(isRecord(one['properties']) ? one['properties'] : {}).map(
      ([name, schema]): [string, unknown] => [`.${name}`, schema],
    ),
    ['[]', one['items']],
  ];
  const outputs = new Map(parts(output));
  for (const [name, schema] of parts(input)) {
    const found = findChanged(schema, outputs.get(name), path + name);
    if (found !== undefined) return found;
  }
  return undefined;
}

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
  if (changed !== undefined) throw new Error(`it changes config${changed} into another value. ${remedy}`);
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
