import { fillMessage, sentenceOf, type DetailsOf, type Message, type FilledMessage } from '../contract/index.ts';
import { MESSAGES, printable } from '../contract/words.ts';

/**
 * What only the author's tools meet, so that browsers do not pay for its words, and `BUNDLE_MISSING`, of which a card's words
 * tell what a server answered.
 */
export const BUILD_MESSAGES = {
  NODE_BUILT_IN: {
    title: 'Part of Node',
    cause: '{file} asks for "{specifier}", a part of Node that browsers do not have.',
    fix: 'Take a package that is made for browsers, or let a route of the plugin do it and ask that with apiFetch.',
  },
  NOT_INSTALLED: {
    title: 'Not installed',
    cause: '{file} imports "{specifier}", which is not there.',
    fix: 'Install it: npm install {package}',
  },
  RENDERER_OF_ITS_OWN: {
    title: 'Renderer of its own',
    cause: '{file} asks for "{specifier}", a renderer of its own that works with one version of React alone.',
    fix: 'Render with react-dom/client, which is the page’s own, into an element of the widget.',
  },
  VENDORED_REACT: {
    title: 'Another copy of React',
    cause: '{file} is another copy of React, and {importer} asks for it.',
    fix: 'Import "react" or "react-dom" by name in its place: the page’s own is used then.',
  },
  ASSET_TOO_LARGE: {
    title: 'File too large',
    cause: '{file} has {size}; files are inlined up to {limit}.',
    fix: 'Make it smaller, or let a route of the plugin serve it.',
  },
  VITE_TOO_OLD: {
    title: 'Vite too old',
    cause: 'Widgets are built by Vite 8 or newer, but this is {found}.',
    fix: 'Update Vite: npm install --save-dev vite@8',
  },
  STYLES_NEED_VITE: {
    title: 'Style sheet',
    cause: '{file} is a style sheet, and Rolldown alone bundles none.',
    fix: 'Build with Vite, which is Rolldown with style sheets, or with esbuild.',
  },
  MANY_FILES: {
    title: 'More than one file',
    cause: 'The build makes {files} beside the bundle, and a NousViz serves declared bundles alone.',
    fix: 'Build each widget by itself, without code splitting.',
  },
  NO_PLUGIN: {
    title: 'No plugin',
    cause: '{folder} {message}',
    fix: 'Name a folder that has a plugin.yaml, or make one: nousviz-widget create DIR',
  },
  FILE_UNREADABLE: {
    title: 'File unreadable',
    cause: '{file} cannot be read ({reason}).',
    fix: 'Check its permissions.',
  },
  BUNDLE_MISSING: {
    title: 'Bundle missing',
    cause: '{file} is declared in plugin.yaml, and the plugin has no such file.',
    fix: 'Build the widget: nousviz-widget build',
  },
  STALE_BUNDLE: {
    title: 'Stale bundle',
    cause: '{source} {was} {file}.',
    fix: 'Build it again: nousviz-widget build',
  },
  BUNDLE_TOO_LARGE: {
    title: 'Bundle too large',
    cause: '{file} has {size}, and a host serves none over {limit}.',
    fix: 'Let a route of the plugin serve the data in it, and minify it.',
  },
  BUNDLE_LARGE: {
    title: 'Large bundle',
    cause: '{file} has {size} ({gzip} gzipped), and every page that shows it loads all of it.',
    fix: 'Minify it, and import the parts of packages that it needs instead of the whole.',
  },
  STYLES_NOT_LOADED: {
    title: 'Style sheet not loaded',
    cause: '{sheet} stands beside {file}, and no page loads it.',
    fix: 'Build with the command, which puts style sheets into the bundle: nousviz-widget build',
  },
  UNUSED_COMPONENT: {
    title: 'Unused component',
    cause: 'No dashboard of the plugin shows {name}.',
    fix: 'Put it on one with "component: {name}", or remove it from plugin.yaml.',
  },
  DASHBOARD_SKIPPED: {
    title: 'Dashboard left out',
    cause: '{place} is {value}, by which no host finds a dashboard, so it is left out.',
    fix: 'Name it with letters, digits, ".", "_" and "-"; a path is relative and ends in .yaml.',
  },
} as const satisfies Record<string, Message>;

/** Every message of the author's tools: their own, else that of the card in the browser. */
const ALL_MESSAGES = { ...MESSAGES, ...BUILD_MESSAGES };

/** The name of anything that the author's tools report. */
export type AuthorCode = keyof typeof ALL_MESSAGES;

/** The arguments of a code's message, and the file that it is about. */
export type ProblemDetails<C extends AuthorCode> = DetailsOf<(typeof ALL_MESSAGES)[C]> & { file: string };

/** What is added to the remedy where a component may be somebody else's, of which one plugin's folder says nothing. */
export const ANOTHERS = 'If it is another plugin’s, write other-plugin/{name}.';

/** The words of a problem. */
export const describeProblem = <C extends AuthorCode>(
  code: C,
  details: DetailsOf<(typeof ALL_MESSAGES)[C]>,
): FilledMessage => fillMessage(ALL_MESSAGES[code], printable(details));

/** The message of a problem that ends a build: fact, remedy and code. */
export const buildMessage = <C extends keyof typeof BUILD_MESSAGES>(
  code: C,
  details: DetailsOf<(typeof ALL_MESSAGES)[C]>,
): string => `${sentenceOf(describeProblem(code, details))} [${code}]`;
