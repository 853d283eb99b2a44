import {
  findSchemaFaults,
  hasPatterns,
  jsonSchemaOf,
  loadPatterns,
  spellConfigPath,
  type ConfigSchema,
} from '../config/index.ts';
import { messageOf } from '../contract/index.ts';
import { TestingError } from './errors.ts';

/**
 * Converts the schema of a widget's settings to JSON Schema, as a build does.
 *
 * @throws {TestingError} `SCHEMA_INVALID`
 */
export async function readSchema(schema: unknown): Promise<ConfigSchema | undefined> {
  if (schema === undefined) return undefined;
  const fail = (fact: string, cause?: unknown) =>
    new TestingError('SCHEMA_INVALID', `The schema of the widget’s config ${fact}`, { cause });
  let json: unknown;
  try {
    const { value, vendor } = jsonSchemaOf(schema) as { value?: unknown; vendor?: string };
    if (vendor)
      throw new Error(
        `${vendor} needs a converter. With Valibot, write schema: toStandardJsonSchema(config), of @valibot/to-json-schema.`,
      );
    json = JSON.parse(JSON.stringify(value));
  } catch (cause) {
    throw fail(`cannot become JSON Schema: ${messageOf(cause)}`, cause);
  }
  // In Jest, the matcher of patterns needs ES modules.
  const { isPattern } = hasPatterns(json) ? await loadPatterns() : { isPattern: () => true };
  const [fault] = findSchemaFaults(json, isPattern);
  if (fault) throw fail(`is not one that hosts use: config${spellConfigPath(fault.path)} ${fault.fact}.`);
  return json as ConfigSchema;
}
