import type { Rule } from './rules.ts';

/** A value that breaks a rule; plain data. */
export interface Issue {
  /** `frontend.components[0].path`. */
  place: string;
  value: unknown;
  rule: Rule;
}

/** Takes an issue down. Returns nothing, so that a reader can end with `return report(…)`. */
export type Report = (place: string, value: unknown, rule: Rule) => undefined;

/** A {@link Report} that collects into a list. */
export const collectIn =
  (issues: Issue[]): Report =>
  (place, value, rule) =>
    void issues.push({ place, value, rule }) as undefined;

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
