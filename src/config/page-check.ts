import { copyData, type Config } from '../contract/index.ts';
import { checkConfig } from './check.ts';
import { loadPatterns, type Patterns } from './patterns.ts';
import { findSchemaFaults, hasPatterns, type ConfigSchema } from './schema.ts';
import { textOfFaults } from './text.ts';

/** Thrown for a config that its schema does not accept. */
class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Checks the config of a panel. @returns It with the schema's defaults, frozen. @throws {ConfigError} if the schema does not accept it.
 */
export type PageCheck = (config: Config) => Config;

/** For schemas without patterns, so that a page does not load the matcher for them. */
const NO_PATTERNS: Patterns = { isPattern: () => false, matches: () => false };

/**
 * Makes the function with which a page checks the configs of one component (CONTRACT M4).
 *
 * @returns `undefined` if the schema has faults, since a page does not use such a schema.
 */
export async function createPageCheck(schema: ConfigSchema): Promise<PageCheck | undefined> {
  const { isPattern, matches } = hasPatterns(schema) ? await loadPatterns() : NO_PATTERNS;
  if (findSchemaFaults(schema, isPattern).length > 0) return undefined;
  return (given) => {
    const { config, faults } = checkConfig(schema, given, matches);
    if (faults.length > 0) throw new ConfigError(textOfFaults(faults));
    return copyData(config);
  };
}
