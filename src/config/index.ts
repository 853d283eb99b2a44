export { checkConfig, MAX_STEPS, type Budget, type CheckedConfig } from './check.ts';
export type { ConfigFault, Path } from './context.ts';
export { describeSettings, type SettingRow } from './describe.ts';
export { createPageCheck, type PageCheck } from './page-check.ts';
export { loadPatterns, type Matches, type Patterns } from './patterns.ts';
export {
  findSchemaFaults,
  hasPatterns,
  SCHEMA_LIMITS,
  type ConfigSchema,
  type SchemaFault,
} from './schema.ts';
export { inputSchema, jsonSchemaOf, type StandardSchema } from './standard.ts';
export { sentenceOfFault, spellConfigPath, textOfFaults } from './text.ts';
