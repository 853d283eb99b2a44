/** The rules for manifests, lists and dashboards. */
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
  finite: 'must be a finite number; quote it to pass it as text',
  exact: 'must be a number that JavaScript has exactly; quote it to pass it as text',
  leadingZero:
    'must not begin with 0, which versions of YAML read in different ways; quote it to pass it as text',
  tag: 'must not have a tag that JSON cannot carry; write the value as text, a number, a list or a mapping',
  key: 'must be a string key',
  versionRange: 'must be a range of versions, such as ">=0.2 <1" or "^18.3 || ^19"',
  panels: 'must not have more than 1000 panels',
} satisfies Record<string, string>;

/** The name of a rule. */
export type Rule = keyof typeof RULES;
