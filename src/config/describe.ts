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

/** The limits of a value: `1 to 50`, `at least 1 character`, `like ^#[0-9a-f]{6}$`. */
function limitsOf({ minimum, maximum, minLength, maxLength, pattern, format }: ConfigSchema): string[] {
  const least = minimum ?? minLength;
  const most = maximum ?? maxLength;
  const range = least === undefined ? `at most ${String(most)}` : `at least ${String(least)}`;
  const limits = least === undefined || most === undefined ? range : `${String(least)} to ${String(most)}`;
  const isText = minLength !== undefined || maxLength !== undefined;
  const unit = isText ? ` character${limits.endsWith(' 1') ? '' : 's'}` : '';
  const form = format ?? pattern;
  return [
    ...(least === undefined && most === undefined ? [] : [limits + unit]),
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
  function visit(schema: ConfigSchema, prefix: string, level: number) {
    const { properties, required } = schema;
    if (!isRecord(properties) || level >= MAX_LEVELS) return;
    const needed = Array.isArray(required) ? (required as unknown[]) : [];
    for (const [key, property] of Object.entries(properties)) {
      const setting = follow(property);
      const { default: byDefault, description } = setting;
      const name = prefix + key;
      const type = [wantedBy(setting) ?? '', ...limitsOf(setting)].filter(Boolean).join(', ');
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
