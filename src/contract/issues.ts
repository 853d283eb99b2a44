/** The rules by which manifests, lists and dashboards are read. */
export const RULES = {
  list: 'must be a list',
  mapping: 'must be a mapping of keys',
  string: 'must be a string that is not empty',
  unique: 'must be unique',
  pluginId: 'must be lower-case letters, digits, ".", "_" and "-", and start with a letter or digit',
  pascalCase: 'must be PascalCase: a capital letter, then letters and digits',
  innerPath:
    'must be relative and stay inside the plugin: no "..", no backslash, no scheme, no leading slash',
  bundleName: 'must end in a file name of letters, digits, ".", "_", "-" and ".js"',
  ownFileName: 'must not share its file name with a bundle in another folder',
  depth: 'must not nest deeper than 64 levels',
  panels: 'must not have more than 1000 panels',
} satisfies Record<string, string>;

/** The name of a rule. */
export type Rule = keyof typeof RULES;

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
