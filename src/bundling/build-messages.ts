import {
  fillMessage,
  sentenceOf,
  type DetailsOf,
  type Message,
  type FilledMessage,
} from '../contract/index.ts';
import { MESSAGES, printable } from '../contract/words.ts';

/**
 * The messages that only the author's tools use, so browsers do not load them. `BUNDLE_MISSING` and `DOES_NOT_FIT` are here too, because
 * their cards report a server's answer and a page's versions.
 */
export const BUILD_MESSAGES = {
  NODE_BUILT_IN: {
    title: 'Node module',
    cause: '{file} uses "{specifier}", a Node module that browsers do not have.',
    fix: 'Use a package that works in browsers, or do the work in a route of the plugin and request it with apiFetch.',
  },
  TAILWIND_MISSING: {
    title: 'Tailwind 4 is not installed',
    cause: 'The build of this widget compiles its Tailwind classes, and found {found}.',
    fix: 'Install it: npm install --save-dev tailwindcss@4',
  },
  UNSTYLED_CLASS: {
    title: 'Class without a style',
    cause: '{file} has the class "{name}", which neither Tailwind nor a style sheet of the widget styles.',
    fix: '{remedy}. If code looks the element up by it, use an attribute such as data-name instead.',
  },
  NOT_INSTALLED: {
    title: 'Not installed',
    cause: '{file} imports "{specifier}", which is not installed.',
    fix: 'Install it: npm install {package}',
  },
  NOT_EXPORTED: {
    title: 'No such module',
    cause: '{file} imports "{specifier}", which the installed package {package} does not have.',
    fix: 'Correct the import, or install a version of the package that has it.',
  },
  NO_SUCH_MODULE: {
    title: 'No such module',
    cause: '{file} imports "{specifier}", which is neither a package nor a file.',
    fix: 'Import the file by its path relative to this file.',
  },
  WEBPACK_IMPORT: {
    title: 'Import for webpack',
    cause: '{file} imports "{specifier}", which names a loader of webpack.',
    fix: 'Import another module of the package, or the file itself with "?raw" or "?url".',
  },
  RENDERER_OF_ITS_OWN: {
    title: 'Separate renderer',
    cause: '{file} imports "{specifier}", a separate renderer that works with only one version of React.',
    fix: 'Use react-dom/client instead, which is the page’s own, and render into an element of the widget.',
  },
  VENDORED_REACT: {
    title: 'Another copy of React',
    cause: '{file} is another copy of React, imported by {importer}.',
    fix: 'Import "react" or "react-dom" by name instead, so that the bundle uses the page’s own copy.',
  },
  ASSET_TOO_LARGE: {
    title: 'File too large',
    cause: '{file} is {size}, and only files up to {limit} are inlined.',
    fix: 'Make it smaller, or serve it from a route of the plugin.',
  },
  ASSET_LARGE: {
    title: 'Large file',
    cause: '{file} of a package is {size}, and every page with this widget loads it.',
    fix: 'Import a smaller part of the package if it has one.',
  },
  UNKNOWN_FILE: {
    title: 'Unknown kind of file',
    cause: '{file} imports "{specifier}", which is neither code nor a style sheet nor media.',
    fix: 'Add "?raw" to the import for the text of the file, or "?url" for a URL of its contents.',
  },
  GLOB_IMPORT: {
    title: 'Glob import',
    cause: '{file} uses import.meta.glob, which is a feature of Vite alone.',
    fix: 'Import each file by its path.',
  },
  FILE_REFERENCE: {
    title: 'File outside the bundle',
    cause: '{file} refers to {reference}, and NousViz serves only the bundle.',
    fix: 'Write the path of an existing file, or of a file in an installed package, as a string: new URL("./file.ext", import.meta.url).',
  },
  WORKER_AWAIT: {
    title: 'Worker that waits',
    cause: '{file} uses await at the top level of a worker, whose code is a script in the bundle.',
    fix: 'Put it into an async function, and call that.',
  },
  NODE_GLOBAL: {
    title: 'Global of Node',
    cause: '{file} uses {name}, which browsers do not have: it throws when this code runs.',
    fix: 'Check with typeof that it exists, or use a package that works in browsers.',
  },
  NODE_REPLACED: {
    title: 'Replaced global of Node',
    cause: '{file} uses {name}, which browsers do not have: the build replaces it with {value}.',
    fix: 'Check that the code works with this value, or remove it.',
  },
  VITE_TOO_OLD: {
    title: 'Vite too old',
    cause: 'Widgets need Vite 8 or newer, but this is {found}.',
    fix: 'Update Vite: npm install --save-dev vite@8',
  },
  STYLES_NEED_VITE: {
    title: 'Stylesheet',
    cause: '{file} is a stylesheet, which Rolldown alone cannot bundle.',
    fix: 'Build with Vite or esbuild instead.',
  },
  STYLE_IMPORT: {
    title: 'Conditional style import',
    cause: 'A style sheet imports {url} with "{condition}", which does not work in a widget.',
    fix: 'Remove the condition, or download that style sheet and import the file.',
  },
  MANY_FILES: {
    title: 'More than one file',
    cause:
      'The build writes {files} in addition to the bundle, and NousViz serves only the bundles in plugin.yaml.',
    fix: 'Build each widget separately, without code splitting.',
  },
  MANY_ENTRIES: {
    title: 'More than one entry',
    cause: 'The build has {count} entries, and a bundle is one file.',
    fix: 'Build each widget separately, or all components of the plugin with the command: npx nousviz-widget build',
  },
  NO_PLUGIN: {
    title: 'No plugin',
    cause: '{folder} {message}',
    fix: 'Give a folder that has a plugin.yaml, or create a plugin: npx nousviz-widget create DIR',
  },
  FILE_UNREADABLE: {
    title: 'File unreadable',
    cause: '{file} cannot be read ({reason}).',
    fix: 'Check its permissions.',
  },
  BUNDLE_MISSING: {
    title: 'Bundle missing',
    cause: '{file} is declared in plugin.yaml, but the file does not exist.',
    fix: 'Build the widget: npx nousviz-widget build',
  },
  DOES_NOT_FIT: {
    title: 'Does not fit this version',
    cause: 'The plugin needs {needs}, and this is {found}.',
    fix: 'Correct "engines" in plugin.yaml, or install another version of @nousviz/widget-runtime.',
  },
  STALE_BUNDLE: {
    title: 'Stale bundle',
    cause: '{source} {was} {file}.',
    fix: 'Build it again: npx nousviz-widget build',
  },
  BUNDLE_TOO_LARGE: {
    title: 'Bundle too large',
    cause: '{file} is {size}, and hosts serve at most {limit}.',
    fix: 'Minify it, and serve the data in it from a route of the plugin.',
  },
  BUNDLE_LARGE: {
    title: 'Large bundle',
    cause: '{file} is {size} ({gzip} gzipped), and every page with this widget loads all of it.',
    fix: 'Minify it, and import only the parts of packages that it needs.',
  },
  SOURCE_MAP_UNUSABLE: {
    title: 'Source map not usable',
    cause: '{file} names the source map {map}, {reason}.',
    fix: '{remedy}, or build without source maps.',
  },
  STYLES_NOT_LOADED: {
    title: 'Stylesheet not loaded',
    cause: '{sheet} is next to {file}, but no page loads it.',
    fix: 'Build with the command, which puts stylesheets into the bundle: npx nousviz-widget build',
  },
  UNUSED_COMPONENT: {
    title: 'Unused component',
    cause: 'No dashboard of the plugin shows {name}.',
    fix: 'Add a panel with "component: {name}" to a dashboard, or remove it from plugin.yaml.',
  },
  ENGINES_TOO_WIDE: {
    title: 'Range of versions too wide',
    cause: 'The manifest says react: "{range}", and {bundle} may fail on React {react}: {codes}.',
    fix: 'Narrow the range in plugin.yaml, or correct the bundle.',
  },
  NO_PANELS: {
    title: 'No panels',
    cause: 'The dashboard "{name}" has no panels, so its page is empty.',
    fix: 'List its panels under "panels", or write "type: plugin_info" for a page without panels.',
  },
  UNKNOWN_KEY: {
    title: 'Unknown key',
    cause: '{place} has the key "{key}", which {owner} do not have, so hosts ignore it.',
    fix: '{remedy}, or remove it.',
  },
  CONFIG_UNREADABLE: {
    title: 'Settings unreadable',
    cause: 'The export "config" of {file} could not become JSON Schema: {message}',
    fix: 'The build runs it in Node. If it needs a browser, put it into a file of its own, from which the widget’s file exports it.',
  },
  CONFIG_SCHEMA_INVALID: {
    title: 'Schema invalid',
    cause: '{place} {message}.',
    fix: 'Correct the schema: hosts ignore it as a whole, and do not check the config of {name}.',
  },
  DASHBOARD_SKIPPED: {
    title: 'Dashboard skipped',
    cause: '{place} is {value}, which names no dashboard, so hosts skip it.',
    fix: 'Use letters, digits, ".", "_" and "-" in the name. A path must be relative and end in .yaml.',
  },
} as const satisfies Record<string, Message>;

/** All messages of the author's tools. The codes above have their own; every other code has the message of its card. */
const ALL_MESSAGES = { ...MESSAGES, ...BUILD_MESSAGES };

/** The code of a problem that the author's tools report. */
export type AuthorCode = keyof typeof ALL_MESSAGES;

/** The arguments of a code's message, and the file with the problem. */
export type ProblemDetails<C extends AuthorCode> = DetailsOf<(typeof ALL_MESSAGES)[C]> & { file: string };

/** A second remedy for an unknown component, which may be declared by a plugin outside this folder. */
export const OTHER_PLUGIN_FIX =
  'If it is another plugin’s, write other-plugin/{name}. If it is the host app’s, check with --built-in {name}.';

/** The message of a problem, in its parts. */
export const describeProblem = <C extends AuthorCode>(
  code: C,
  details: DetailsOf<(typeof ALL_MESSAGES)[C]>,
): FilledMessage => fillMessage(ALL_MESSAGES[code], printable(details));

/** The message of a problem that stops a build: fact, remedy and code. */
export const buildMessage = <C extends keyof typeof BUILD_MESSAGES>(
  code: C,
  details: DetailsOf<(typeof ALL_MESSAGES)[C]>,
): string => `${sentenceOf(describeProblem(code, details))} [${code}]`;
