import type { Failure } from './messages.ts';
import type { Rule } from './rules.ts';

/** A value that breaks a rule; plain data. */
export interface BrokenRule {
  /** `frontend.components[0].path`. */
  place: string;
  value: unknown;
  /** The value as its file spells it, if it is not the value that was read. */
  written?: string;
  rule: Rule;
}

/** A plugin that is too large in one respect (CONTRACT M5); plain data. */
export interface OverLimit {
  place: string;
  count: number;
  /** The plural of the counted thing, `components`. */
  unit: string;
  limit: number;
}

/** A config that its component’s schema does not accept (CONTRACT M4); plain data. */
export interface ConfigIssue {
  component: string;
  /** The sentences about it. */
  message: string;
}

/** An error in a document. */
export type Issue = BrokenRule | OverLimit;

/** Records an issue. Returns `undefined`, so that a reader can end with `return report(…)`. */
export type Report = (issue: Issue | undefined) => undefined;

/** Makes a {@link Report} that adds issues to an array. */
export const collectIn =
  (issues: Issue[]): Report =>
  (issue) => {
    if (issue) issues.push(issue);
    return undefined;
  };

/** Converts an issue to a failure, with the reader's code or `PLUGIN_TOO_LARGE`. {@link errorOf} knows the code of a {@link ConfigIssue}. */
export const failureOfIssue = (
  code: 'MANIFEST_INVALID' | 'LIST_INVALID' | 'DASHBOARD_INVALID',
  issue: Issue | ConfigIssue,
  pluginId: string | undefined,
): Failure =>
  ({
    code: 'limit' in issue ? 'PLUGIN_TOO_LARGE' : code,
    details: { pluginId, ...issue },
  }) as Failure;

/** The size limits of one plugin, so that one large plugin does not make the list unusable (CONTRACT M5). */
export const PLUGIN_LIMITS = {
  /** The number of components that it declares. */
  components: 256,
  /** The number of dashboards, declared ones and files in its folder. */
  dashboards: 256,
  /** Bytes of its manifest's file. */
  manifest: 256_000,
  /** Bytes of its entry in the list, as JSON. */
  entry: 64_000,
};

/** Makes the issue of a count that exceeds one of the {@link PLUGIN_LIMITS}; `undefined` for a count within the limit. */
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
/** A SHA-256 in lower-case hex, as in URLs and consents (CONTRACT T4). */
export const SHA256 = /^[0-9a-f]{64}$/;

/** Whether a relative path stays below its folder, whether it is read as a URL or as a POSIX or Windows path. */
export const isInnerPath = (path: unknown): path is string =>
  isMatch(/^(?!\/|[a-z][a-z0-9+.-]*:)[^\\\0]+$/i, path) && !path.includes('..');
