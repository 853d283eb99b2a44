/** A Standard Schema (https://standardschema.dev), and its JSON Schema where the library has one. */
export interface StandardSchema {
  '~standard': {
    vendor: string;
    jsonSchema?: { input(options: { target: string }): unknown };
  };
  /** ArkType's own, which has the defaults that its standard one lacks. */
  toJsonSchema?(): unknown;
}

/** The version of JSON Schema that hosts read. */
export const JSON_SCHEMA = { target: 'draft-2020-12' };

const isStandard = (value: unknown): value is StandardSchema =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;

/**
 * Converts what a widget's file exports as `config` to JSON Schema. A value that is no Standard Schema is returned as it is.
 *
 * @returns `{vendor}` for a library whose schemas need a converter of their own.
 * @throws what the library throws for a schema that JSON Schema cannot express.
 */
export function jsonSchemaOf(schema: unknown): { value: unknown; vendor?: never } | { vendor: string } {
  if (!isStandard(schema)) return { value: schema };
  const { vendor, jsonSchema } = schema['~standard'];
  if (vendor === 'arktype' && schema.toJsonSchema) return { value: schema.toJsonSchema() };
  return jsonSchema ? { value: jsonSchema.input(JSON_SCHEMA) } : { vendor };
}
