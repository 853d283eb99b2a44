import { isRecord, type Config } from '../contract/index.ts';
import { suggest } from '../contract/words.ts';
import type { Check, ConfigFault, Path } from './context.ts';
import { checkForms } from './forms.ts';
import type { Matches } from './patterns.ts';
import { isSchema, resolveRef, type ConfigSchema } from './schema.ts';
import { checkList, checkNumber, checkText, isEqual, isOfType } from './values.ts';
import { quoteValue, typeWords, valueWords, wantedBy } from './wanted.ts';

/** A config after the check. */
export interface CheckedConfig {
  /** The config with the schema's defaults; not frozen. */
  config: Config;
  /** Empty if the schema accepts the config; at most {@link MAX_FAULTS}. */
  faults: readonly ConfigFault[];
}

/** The work that may be done, in steps; several checks can share it. */
export interface Budget {
  left: number;
}

/** The steps that one config, or one dashboard, may take: well below a second. */
export const MAX_STEPS = 200_000;

/** The number of faults after which the others are not looked for. */
export const MAX_FAULTS = 20;

/** The levels of schemas that are followed for one value, which only a schema that refers to itself exceeds. */
const MAX_DEPTH = 300;

/** The keys that a host reads, or passes in `config` (CONTRACT D1). They are settings only if the schema has them. */
const HOST_KEYS = new Set(['component', 'live', 'refresh_seconds']);

/** Thrown if a check takes too many steps. */
const TOO_MUCH = Symbol('too much');

const mapping = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

const but = (value: unknown, wanted: string) => `is ${quoteValue(value)}, but must be ${wanted}`;

/** A remedy for a value that YAML reads as another type than the author meant. */
function hintForType(value: unknown, types: readonly unknown[]): string {
  const isNumeric = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  if (isNumeric && (types.includes('number') || types.includes('integer'))) return 'Remove the quotes.';
  if (value === 'true' || value === 'false') return types.includes('boolean') ? 'Remove the quotes.' : '';
  if (typeof value !== 'object' && typeof value !== 'string' && types.includes('string')) return 'Quote it.';
  if (value === null) return 'Give it a value, or remove the key.';
  return '';
}

/** Checks the values that a schema lists, and the types; what else the schema says is meaningless for a value of another type. */
function checkKind(
  schema: ConfigSchema,
  value: unknown,
  path: Path,
  { spend }: Check,
): ConfigFault | undefined {
  const options = 'const' in schema ? [schema.const] : (schema.enum as readonly unknown[] | undefined);
  if (options) {
    spend(options.length);
    if (options.some((option) => isEqual(option, value))) return undefined;
    const names = options.filter((option) => typeof option === 'string');
    const [similar] = typeof value === 'string' ? suggest(value, names) : [];
    const hint = similar === undefined ? '' : `Did you mean ${quoteValue(similar)}?`;
    return { path, fact: but(value, valueWords(options)), hint, options };
  }
  if (schema.type === undefined) return undefined;
  const types: unknown[] = [schema.type].flat();
  if (types.some((type) => isOfType(value, type))) return undefined;
  return { path, fact: but(value, typeWords(types)), hint: hintForType(value, types) };
}

function unknownKey(key: string, known: readonly string[], path: Path): ConfigFault {
  const [similar] = suggest(key, known);
  const all =
    known.length > 0 ? `The keys are: ${known.slice(0, 12).join(', ')}.` : 'There are no keys here.';
  return { path, fact: 'is not a setting', hint: similar ? `Did you mean ${similar}?` : all, isKey: true };
}

/** Checks a mapping, and returns it with the defaults of missing keys. */
function checkMapping(
  schema: ConfigSchema,
  value: Record<string, unknown>,
  path: Path,
  faults: ConfigFault[],
  check: Check,
): Record<string, unknown> {
  const properties = mapping(schema.properties);
  const patterns = Object.entries(mapping(schema.patternProperties));
  const { additionalProperties: others = true, propertyNames: names } = schema;
  const known = Object.keys(properties);
  const made: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    check.spend(1);
    const at = [...path, key];
    let checked = item;
    let isKnown = false;
    if (names !== undefined) {
      const wrong: ConfigFault[] = [];
      check.visit(names, key, at, wrong);
      if (wrong[0]) faults.push({ ...wrong[0], fact: `has a key that ${wrong[0].fact}`, isKey: true });
    }
    for (const schemaOfKey of [
      ...(Object.hasOwn(properties, key) ? [properties[key]] : []),
      ...patterns.filter(([pattern]) => matchesKey(pattern, key, check)).map(([, one]) => one),
    ]) {
      isKnown = true;
      checked = check.visit(schemaOfKey, checked, at, faults);
    }
    if (!isKnown && others === false) faults.push(unknownKey(key, known, at));
    else if (!isKnown) checked = check.visit(others, checked, at, faults);
    made.push([key, checked]);
  }
  for (const key of known) {
    const property = mapping(properties[key]);
    if (!Object.hasOwn(value, key) && property.default !== undefined) made.push([key, property.default]);
  }
  // Own keys only, so that `__proto__` is an ordinary key.
  const result: Record<string, unknown> = Object.fromEntries(made);
  for (const key of (schema.required as readonly string[] | undefined) ?? []) {
    if (Object.hasOwn(result, key)) continue;
    const wanted = wantedBy(properties[key]);
    faults.push({
      path: [...path, key],
      fact: wanted ? `is missing; it must be ${wanted}` : 'is missing',
      hint: '',
    });
  }
  const { minProperties: least = 0, maxProperties: most = Number.POSITIVE_INFINITY } = schema;
  if (made.length < (least as number))
    faults.push({ path, fact: `must have at least ${least} keys`, hint: '' });
  if (made.length > (most as number)) faults.push({ path, fact: `must have at most ${most} keys`, hint: '' });
  return result;
}

function matchesKey(pattern: string, key: string, { spend, matches }: Check): boolean {
  spend(20 * key.length);
  return matches(pattern, key);
}

/** Makes the function that checks one value against one schema. */
function createCheck(root: ConfigSchema, matches: Matches, budget: Budget): Check {
  let depth = 0;
  const check: Check = {
    root,
    matches,
    spend(steps) {
      budget.left -= steps;
      if (budget.left < 0) throw TOO_MUCH;
    },
    visit(schema, value, path, faults) {
      check.spend(1);
      if (faults.length >= MAX_FAULTS || schema === true || !isSchema(schema)) return value;
      if (schema === false) {
        faults.push({ path, fact: 'must not be there', hint: '' });
        return value;
      }
      if ((depth += 1) > MAX_DEPTH) throw TOO_MUCH;
      try {
        return visitSchema(schema as ConfigSchema, value, path, faults);
      } finally {
        depth -= 1;
      }
    },
  };

  function visitSchema(schema: ConfigSchema, value: unknown, path: Path, faults: ConfigFault[]): unknown {
    const kind = checkKind(schema, value, path, check);
    if (kind) {
      faults.push(kind);
      return value;
    }
    let made = value;
    if (typeof schema.$ref === 'string')
      made = check.visit(resolveRef(root, schema.$ref), made, path, faults);
    if (typeof made === 'number') checkNumber(schema, made, path, faults);
    if (typeof made === 'string') checkText(schema, made, path, faults, check);
    if (Array.isArray(made)) made = checkList(schema, made, path, faults, check);
    else if (isRecord(made)) made = checkMapping(schema, made, path, faults, check);
    return checkForms(schema, made, path, faults, check);
  }
  return check;
}

/**
 * Checks the config of a panel against the schema of its component, and adds the schema's defaults. The time is bounded, whatever the
 * schema and the config are.
 *
 * @param schema One without faults, see {@link findSchemaFaults}.
 * @param matches Matches the schema's patterns in linear time.
 */
export function checkConfig(
  schema: ConfigSchema,
  config: Config,
  matches: Matches,
  budget: Budget = { left: MAX_STEPS },
): CheckedConfig {
  const declared = mapping(schema.properties);
  const isHosts = (key: string) => HOST_KEYS.has(key) && !Object.hasOwn(declared, key);
  const entries = Object.entries(config);
  const settings = Object.fromEntries(entries.filter(([key]) => !isHosts(key)));
  const others = Object.fromEntries(entries.filter(([key]) => isHosts(key)));
  const faults: ConfigFault[] = [];
  try {
    const checked = createCheck(schema, matches, budget).visit(schema, settings, [], faults);
    return { config: { ...(checked as Config), ...others }, faults };
  } catch (thrown) {
    if (thrown !== TOO_MUCH) throw thrown;
    return { config, faults: [{ path: [], fact: 'takes too long to check', hint: 'Make it smaller.' }] };
  }
}
