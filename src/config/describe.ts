import { isRecord } from '../contract/index.ts';
import { resolveRef, type ConfigSchema } from './schema.ts';
import { quoteValue, wantedBy } from './wanted.ts';

/** A setting of a component, for people. */
export interface SettingRow {
  /** Its path, `chart.color`; `[]` stands for every item of a list. */
  name: string;
  /** What it must be, `a string` or `"line" or "bar"`; empty if it can be anything. */
  type: string;
  isRequired: boolean;
  /** The default as JSON, if there is one. */
  byDefault?: string;
  description?: string;
}

/** The levels of mappings that are listed; a schema that refers to itself has no end. */
const MAX_LEVELS = 4;

/** A range in words: `1 to 50`, `at least 1`, `more than 0, at most 100`. */
function rangeOf(least: unknown, most: unknown, above?: unknown, below?: unknown): string[] {
  if (least !== undefined && most !== undefined) return [`${String(least)} to ${String(most)}`];
  const part = (words: string, limit: unknown) => (limit === undefined ? [] : [`${words} ${String(limit)}`]);
  return [
    ...part('more than', above),
    ...part('at least', least),
    ...part('at most', most),
    ...part('less than', below),
  ];
}

/** Adds the unit of a range: `1 to 3 items`. */
const counted = (ranges: readonly string[], unit: string) =>
  ranges.map((range) => `${range} ${unit}${range.endsWith(' 1') ? '' : 's'}`);

/** The limits of a value: `1 to 50`, `at least 1 character`, `like ^#[0-9a-f]{6}$`. */
function limitsOf(schema: ConfigSchema): string[] {
  const { pattern, format, multipleOf, uniqueItems } = schema;
  const form = format ?? pattern;
  return [
    ...rangeOf(schema.minimum, schema.maximum, schema.exclusiveMinimum, schema.exclusiveMaximum),
    ...counted(rangeOf(schema.minLength, schema.maxLength), 'character'),
    ...counted(rangeOf(schema.minItems, schema.maxItems), 'item'),
    ...(multipleOf === undefined ? [] : [`a multiple of ${String(multipleOf)}`]),
    ...(uniqueItems === true ? ['all different'] : []),
    ...(form === undefined ? [] : [`like ${String(form)}`]),
  ];
}

/** Lists the settings that a schema has, outer ones first. */
export function describeSettings(root: ConfigSchema): SettingRow[] {
  const follow = (schema: unknown): ConfigSchema => {
    const target =
      isRecord(schema) && typeof schema.$ref === 'string' ? resolveRef(root, schema.$ref) : schema;
    return isRecord(target) ? target : {};
  };
  const rows: SettingRow[] = [];
  /** A value's type, its limits, and those of its items or values where no row lists them: `a list, each a string`. */
  function typeOf(setting: ConfigSchema, level = 0): string {
    const inner = [follow(setting.items), follow(setting.additionalProperties)];
    const parts = inner.map((one) =>
      isRecord(one.properties) || level >= MAX_LEVELS ? '' : typeOf(one, level + 1),
    );
    const each = parts.map((part, index) => part && `each ${index ? 'value ' : ''}${part}`);
    return [wantedBy(setting) ?? '', ...limitsOf(setting), ...each].filter(Boolean).join(', ');
  }
  function visit(schema: ConfigSchema, prefix: string, level: number) {
    const { properties, required } = schema;
    if (!isRecord(properties) || level >= MAX_LEVELS) return;
    const needed = Array.isArray(required) ? (required as unknown[]) : [];
    for (const [key, property] of Object.entries(properties)) {
      const setting = follow(property);
      const { default: byDefault, description } = setting;
      const name = prefix + key;
      const type = typeOf(setting);
      rows.push({
        name,
        type,
        isRequired: needed.includes(key) && byDefault === undefined,
        ...(byDefault !== undefined && { byDefault: quoteValue(byDefault) }),
        ...(typeof description === 'string' && { description }),
      });
      visit(setting, `${name}.`, level + 1);
      visit(follow(setting.items), `${name}[].`, level + 1);
    }
  }
  visit(follow(root), '', 0);
  return rows;
}
