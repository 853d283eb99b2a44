import type { Failure } from './messages.ts';
import type { Rule } from './rules.ts';

/** A value that breaks a rule; plain data. */
export interface BrokenRule {
  /** `frontend.components[0].path`. */
  place: string;
  value: unknown;
  rule: Rule;
}

/** A plugin that is too large in one respect (CONTRACT M5); plain data. */
export interface OverLimit {
  place: string;
  count: number;
  /** What is counted. */
  unit: string;
  limit: number;
}

/** Something that is wrong with a document. */
export type Issue = BrokenRule | OverLimit;

/** Takes an issue down. Returns nothing, so that a reader can end with `return report(…)`. */
export type Report = (issue: Issue | undefined) => undefined;

/** A {@link Report} that collects into a list. */
export const collectIn =
  (issues: Issue[]): Report =>
  (issue) => {
    if (issue) issues.push(issue);
    return undefined;
  };

/** The failure that an issue is: of the reader's code, or `PLUGIN_TOO_LARGE`. */
export const failureOfIssue = (
  code: 'MANIFEST_INVALID' | 'LIST_INVALID' | 'DASHBOARD_INVALID',
  issue: Issue,
  pluginId: string | undefined,
): Failure =>
  'limit' in issue
    ? { code: 'PLUGIN_TOO_LARGE', details: { pluginId, ...issue } }
    : { code, details: { pluginId, ...issue } };

/** How large one plugin may be, so that no plugin takes the list from the others (CONTRACT M5). */
export const PLUGIN_LIMITS = {
  /** Components that it declares. */
  components: 256,
  /** Dashboards, those that it declares and those in its folder. */
  dashboards: 256,
  /** Bytes of its manifest's file. */
  manifest: 256_000,
  /** Bytes of its entry in the list, as JSON. */
  entry: 64_000,
};

/** The issue of a count that exceeds one of the {@link PLUGIN_LIMITS}; `undefined` for one that does not. */
export const overLimit = (
  limit: keyof typeof PLUGIN_LIMITS,
  count: number,
  place: string,
  unit: string = limit,
): OverLimit | undefined =>
  count > PLUGIN_LIMITS[limit] ? { place, count, unit, limit: PLUGIN_LIMITS[limit] } : undefined;

/** Whether a value is a string that matches a pattern. */
export const isMatch = (pattern: RegExp, value: unknown): value is string =>
  typeof value === 'string' && pattern.test(value);

/** A plugin's id (CONTRACT M3). */
export const PLUGIN_ID = /^[a-z0-9][a-z0-9._-]*$/;
/** A component's name (CONTRACT M1). */
export const COMPONENT_NAME = /^[A-Z][A-Za-z0-9]*$/;
/** A bundle's file name (CONTRACT M1, P4). */
export const BUNDLE_NAME = /^[A-Za-z0-9._-]+\.js$/;
/** A dashboard's name, which is also its file's name without the extension (CONTRACT P5). */
export const DASHBOARD_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
/** A SHA-256 as URLs and consents spell it, lower-case hex (CONTRACT T4). */
export const SHA256 = /^[0-9a-f]{64}$/;

/** Whether a relative path stays below its folder, whatever reads it: a URL, POSIX or Windows. */
export const isInnerPath = (path: unknown): path is string =>
  isMatch(/^(?!\/|[a-z][a-z0-9+.-]*:)[^\\\0]+$/i, path) && !path.includes('..');
