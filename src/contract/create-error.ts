import { nameOf, WidgetError } from './errors.ts';

import { MESSAGES, type Code, type Details, type Failure, type Place } from './messages.ts';
import { RULES, type Rule } from './rules.ts';
import { suggest } from './suggest.ts';
import { VARIANTS } from './variants.ts';

const clip = (text: string) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

/** Quotes a value for a message: JSON, at most 80 characters. */
export function quote(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  text ??= value === undefined ? 'missing' : `of type ${typeof value}`;
  return clip(text);
}

/** Suggests similar names for an unknown one; the plugin's own names appear without its id. */
function hintFor(name: string, pluginId: string | undefined, names: readonly string[]): string {
  const candidates = names.map((full) =>
    full.startsWith(`${pluginId}/`) ? full.slice(`${pluginId}/`.length) : full,
  );
  const similar = suggest(name, candidates);
  return similar.length > 0
    ? `Did you mean ${similar.join(', ')}?`
    : 'Declare it under frontend.components in plugin.yaml.';
}

/** Converts the arguments of a message to their printed form. */
export function printable(details: Place): Place {
  const given = details as Place & Record<string, unknown>;
  const { value, written, rule, name, names } = given;
  return {
    ...given,
    ...('rule' in given && {
      value: typeof written === 'string' ? clip(written) : quote(value),
      rule: RULES[rule as Rule],
    }),
    ...(Array.isArray(names) && { hint: hintFor(String(name), given.pluginId, names) }),
  };
}

const messageFor = (code: Code, { variant }: Place) => ({
  ...MESSAGES[code],
  ...(variant && VARIANTS[code]?.[variant]),
});

/**
 * Makes the error of a code, its message complete.
 * @example createError('BUNDLE_MISSING', { pluginId: 'sales', file: 'widget/dist/Chart.js', status: 404 })
 */
export const createError = <C extends Code>(code: C, details: Details<C>): WidgetError =>
  new WidgetError(code, messageFor(code, details), printable(details));

/** Returns the code of a failure that is plain data: of what is wrong with a config, pages know only that something is. */
function codeOf({ code, details }: Failure): Code {
  if (code === 'DASHBOARD_INVALID' && 'message' in details) return 'CONFIG_INVALID';
  const { cause } = details;
  if (code !== 'CONFIG_INVALID' || cause === undefined || nameOf(cause) === 'ConfigError') return code;
  return cause instanceof RangeError ? 'CONFIG_TOO_DEEP' : 'CONFIG_NOT_DATA';
}

/** Makes the error of a failure that is plain data. */
export function errorOf(failure: Failure): WidgetError {
  const code = codeOf(failure);
  const { details } = failure;
  return new WidgetError(code, messageFor(code, details), printable(details));
}
