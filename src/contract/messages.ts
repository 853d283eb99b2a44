import type { Message, Variant } from './message.ts';
import { HOST_MESSAGES } from './host-messages.ts';
import type { Rule } from './rules.ts';

const SHIM = '/api/widget-runtime/react';
const FLAGS = [
  `--alias:react=${SHIM}.js`,
  `--alias:react/jsx-runtime=${SHIM}-jsx-runtime.js`,
  `--external:${SHIM}.js`,
  `--external:${SHIM}-jsx-runtime.js`,
].join(' ');

/** The remedy is another file: the trusted one runs until an operator accepts the change. */
const rebuild = <Text extends string>(steps: Text) =>
  `${steps}, and accept the change where plugins are trusted.` as const;
const retry = 'Look at the server log, then press Retry.';

/** The messages of all failures by code, for errors, cards, the command-line tool and the failure guide (CONTRACT F). */
export const MESSAGES = {
  ...HOST_MESSAGES,
  PLUGIN_REFUSED: {
    title: 'Plugin refused',
    cause: 'The plugin is not in the list: {message}',
    fix: 'Correct the plugin, then refresh the list.',
  },
  DOES_NOT_FIT: {
    title: 'Does not fit',
    cause: 'The plugin needs {needs}, and this page has {found}.',
    fix: 'Install another version of the plugin or of the app. The server’s option ignoreEngines runs it anyway.',
  },
  BUNDLE_MISSING: {
    title: 'Bundle missing',
    cause: '{file} is not on the server (HTTP {status}).',
    fix: 'Build the widget, commit {file} and update the plugin.',
  },
  BUNDLE_REFUSED: {
    title: 'Bundle refused',
    cause: 'The server refuses to serve {file} (HTTP {status}).',
    fix: 'Trust the plugin again under Settings → Plugins, then press Retry.',
  },
  SERVER_ERROR: {
    title: 'Server error',
    cause: 'The server failed to serve {file} (HTTP {status}).',
    fix: retry,
  },
  NOT_JAVASCRIPT: {
    title: 'Not JavaScript',
    cause: 'The server answered {file} with {type}, not JavaScript (HTTP {status}).',
    fix: 'Route /api/plugins/… to the host API; the server answered with another page.',
  },
  UNREACHABLE: {
    title: 'Server unreachable',
    cause: 'No answer for {file}: the network or the server is down.',
    fix: 'Check the connection, then press Retry.',
  },
  IMPORT_REPLACED: {
    title: 'Import replaced',
    cause: 'The server serves {file}, but the host app’s bundler has replaced import(): {message}',
    fix: 'Build the host app for browsers that have import(). If createHost has the option importModule, prevent the bundler from replacing the import() in it.',
  },
  BARE_REACT: {
    title: 'React is not aliased',
    cause:
      '{file} imports "{specifier}", which browsers cannot resolve: Failed to resolve module specifier "{specifier}".',
    fix: 'Alias React to the host’s shims when you build:',
    copy: FLAGS,
  },
  BARE_IMPORT: {
    title: 'Package not bundled',
    cause:
      '{file} imports "{specifier}", which browsers cannot resolve: Failed to resolve module specifier "{specifier}".',
    fix: 'Bundle {specifier} into the widget: build with --bundle, and without --external:{specifier}.',
  },
  BUNDLES_REACT: {
    title: 'Second React',
    cause: '{file} carries a React of its own ({react}), and this page runs on React {host}: {message}',
    fix: 'Do not bundle React; alias it to the host’s shims when you build:',
    copy: FLAGS,
  },
  OLD_JSX_RUNTIME: {
    title: 'JSX runtime of another React',
    cause:
      '{file} carries a JSX runtime of its own ({runtime}), and this page runs on React {host}: {message}',
    fix: 'Alias the JSX runtime to the host’s shim when you build:',
    copy: FLAGS,
  },
  CLASSIC_JSX: {
    title: 'Classic JSX',
    cause: '{file} was built for classic JSX: React is not defined.',
    fix: 'Build for the automatic JSX runtime; a "jsx" in tsconfig.json overrides the flag, so set it to "react-jsx":',
    copy: '--jsx=automatic --target=es2020',
  },
  DYNAMIC_REQUIRE: {
    title: 'CommonJS in the bundle',
    cause: '{file} calls require("{specifier}"): Dynamic require of "{specifier}" is not supported.',
    fix: 'Build with the command or a bundler plugin of @nousviz/widget-runtime, which turn it into an import:',
    copy: 'npx nousviz-widget build',
  },
  MISSING_SHIM_EXPORT: {
    title: 'Not in this React',
    cause: '{file} uses {missing} of React, which React {host} does not have.',
    fix: '{since}',
  },
  HOST_NOT_PUBLISHED: {
    title: 'Host not published',
    cause: '{file} was evaluated before window.NousViz was published: {message}',
    fix: 'Call createHost before anything imports a widget or a shim, then reload the page.',
  },
  LOAD_TIMEOUT: {
    title: 'Still loading',
    cause: 'Nothing has arrived since {since}.',
    fix: 'It appears by itself if it arrives late. Press Retry to request it again.',
  },
  IMPORT_FAILED: {
    title: 'Import failed',
    cause: '{file} imports "{specifier}", which could not be loaded.',
    fix: 'Bundle it into the widget: build with --bundle.',
  },
  SHIM_FAILED: {
    title: 'Shim failed',
    cause: '{specifier}, which {file} imports, could not be loaded.',
    fix: 'Look at the server log, then press Retry. Firefox remembers a failed module: reload the page there.',
  },
  WRONG_SHIM: {
    title: 'Wrong URL of a shim',
    cause: '{file} imports "{specifier}", which is not the URL of a shim.',
    fix: rebuild('Import "{url}" instead: correct the alias, rebuild'),
  },
  BUNDLE_SYNTAX: {
    title: 'Syntax error',
    cause: '{file} is not valid JavaScript{line}: {message}',
    fix: `The file may be cut short, or may not be a bundle at all. ${rebuild('Rebuild the widget')}`,
  },
  BUNDLE_THREW: {
    title: 'Bundle failed to start',
    cause: '{file} could not be evaluated: {message}',
    fix: rebuild('Fix the error in the plugin, rebuild it'),
  },
  NAME_TAKEN: {
    title: 'Name is taken',
    cause: '{file} defines {name}, which {definer} has defined before: {message}',
    fix: 'A reload does not help. Define it only if it is missing, as in customElements.get(name) || customElements.define(name, …).',
  },
  NO_DEFAULT_EXPORT: {
    title: 'No default export',
    cause: '{file} did not export a default React component.',
    fix: 'End the file with "export default function {component}".',
    copy: 'export default function {component}',
  },
  WIDGET_CRASHED: {
    title: 'Widget crashed',
    cause: 'The widget threw: {message}',
    fix: 'Press Retry to load it again; if it fails again, report it to the plugin’s author.',
  },
  UNCAUGHT_ERROR: {
    title: 'Uncaught error',
    cause: 'The plugin’s code threw an error that nothing caught: {message}',
    fix: 'Catch it in the event handler, timer or promise that throws it; report it to the plugin’s author.',
  },
  RENDER_LOOP: {
    title: 'Render loop',
    cause:
      'The widget rendered {count} times in a row because of its own renders, without anything from outside, and was stopped.',
    fix: 'Look for an effect that sets state each time it runs, and give it a list of dependencies.',
  },
  UPDATES_ITSELF: {
    title: 'Updates itself',
    cause:
      'The widget starts a {starter} after every render, which makes it render again, so it was slowed down.',
    fix: 'Look for an effect that starts a {starter} each time it runs, and give it a list of dependencies.',
  },
  ASYNC_COMPONENT: {
    title: 'Async component',
    cause: '{file} has an async function as a component, which React cannot render in a browser.',
    fix: 'Make the component synchronous, and load its data in an effect.',
  },
  SUSPENDS_FOREVER: {
    title: 'Suspends for ever',
    cause: 'The widget waited for {count} promises in a row without showing anything, and was stopped.',
    fix: 'Create the promise once, outside of the component or in a cache: an async component, or a promise made while rendering, is a new one in each render.',
  },
  WIDGET_PARKED: {
    title: 'Parked',
    cause: 'The widget crashed {count} times within {seconds} s and is parked. The last error: {message}',
    fix: 'Release it to try again; an update of the plugin releases it too.',
  },
  UNKNOWN_COMPONENT: {
    title: 'Unknown component',
    cause: 'No component named "{name}" is registered.',
    fix: '{hint}',
  },
  AMBIGUOUS_COMPONENT: {
    title: 'Ambiguous component',
    cause: 'Several plugins have a component named "{name}".',
    fix: 'Name the one you mean: {candidates}.',
  },
  AWAITING_CONSENT: {
    title: 'Waits for a decision',
    cause: 'The plugin’s code does not run.',
    fix: 'Review the plugin under Settings → Plugins.',
  },
  BUNDLE_CHANGED: {
    title: 'Changed since it was trusted',
    cause: '{file} is not the file that was trusted, so it does not run.',
    fix: 'Review the change under Settings → Plugins.',
  },
  PLUGINS_DISABLED: {
    title: 'Plugins are switched off',
    cause: 'This page was opened with ?disable-plugins, so no code of the plugin runs.',
    fix: 'Open it without ?disable-plugins to run it again.',
  },
  UNSUPPORTED_BROWSER: {
    title: 'Browser too old',
    cause: 'Plugins’ widgets do not run in this browser, which has no {missing}.',
    fix: 'Update the browser: Chrome and Edge from 116, Firefox from 124, Safari from 17.4.',
  },
  NO_PAGE: {
    title: 'No page',
    cause: 'This host was created on a server, where it sends no requests.',
    fix: 'Send them in the browser: in an effect or in an event handler.',
  },
  CONFIG_INVALID: {
    title: 'Config invalid',
    cause: '{message}',
    fix: 'Correct the panel’s config in the dashboard’s file.',
  },
  CONFIG_TOO_DEEP: {
    title: 'Config too deep',
    cause: 'The config of "{component}" nests deeper than 64 levels.',
    fix: 'Give the panel plain data: strings, numbers, lists and mappings.',
  },
  CONFIG_NOT_DATA: {
    title: 'Config is not plain data',
    cause: 'The config of "{component}" is not plain data: {message}.',
    fix: 'Give the panel plain data: strings, numbers, lists and mappings. Write a date as text.',
  },
  API_REDIRECTED: {
    title: 'Request redirected',
    cause: 'The server redirects {url}, and the session token never follows a redirect.',
    fix: 'Request the final address. Check for a missing or an extra trailing slash.',
  },
  API_FAILED: {
    title: 'Host API failed',
    cause: '{url}: {message}',
    fix: retry,
  },
  API_BASE_DIFFERS: {
    title: 'Two addresses of the host API',
    cause: 'The page was prepared for the host API at {found}, and createHost uses {base}.',
    fix: 'Give the same address to createHost (apiBase), and to nousvizHost (apiBase) or createServer (base).',
  },
  API_MISROUTED: {
    title: 'Not the host API',
    cause:
      '{url} was answered with {type} (HTTP {status}): the page’s own server answered instead of the host API.',
    fix: 'Route the paths of the host API to its server. A dev server needs a proxy for them. If this was a sign-in page, sign in again.',
  },
  CONSENT_UNCONFIRMED: {
    title: 'Not confirmed',
    cause: 'The server did not confirm the decision about trust: {message}',
    fix: 'Sign in again if the session has ended, review the plugin, then decide again.',
  },
  CONSENT_REFUSED: {
    title: 'Not recorded',
    cause: '{url}: {message}',
    fix: 'Trust has not changed. Review the plugin, then decide again.',
  },
  DASHBOARD_FAILED: {
    title: 'Dashboard missing',
    cause: '{message}',
    fix: 'Correct the plugin’s dashboard, then press Retry.',
  },
  DASHBOARD_UNREADABLE: {
    title: 'Dashboard unreadable',
    cause: '{message}',
    fix: 'Correct the dashboard’s file, then press Retry.',
  },
  MANIFEST_INVALID: {
    title: 'Manifest invalid',
    cause: '{place} is {value}, but it {rule}.',
    fix: 'Correct plugin.yaml and reload the plugin.',
  },
  PLUGIN_TOO_LARGE: {
    title: 'Plugin too large',
    cause: '{place} has {count} {unit}, and {limit} are allowed.',
    fix: 'Shorten what it declares, or split the plugin into smaller ones.',
  },
  LIST_INVALID: {
    title: 'Plugin list invalid',
    cause: '{place} is {value}, but it {rule}.',
    fix: 'Check that the host API answers GET /api/plugins.',
  },
  DASHBOARD_INVALID: {
    title: 'Dashboard invalid',
    cause: '{place} is {value}, but it {rule}.',
    fix: 'Correct the dashboard file of the plugin.',
  },
  YAML_INVALID: {
    title: 'YAML unreadable',
    cause: '{place}: {message}',
    fix: 'Correct the file at that place.',
  },
} as const satisfies Record<string, Message>;

/** The name of a failure; stable, searchable, and the card's `data-code` (CONTRACT F). */
export type Code = keyof typeof MESSAGES;

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type NamesOf<M extends Message> = NamesIn<M['cause' | 'fix']> | Exclude<NamesIn<M['copy']>, keyof Place>;
type Given = string | number | readonly string[];

/** The arguments that every failure may have. */
export interface Place {
  pluginId?: string | undefined;
  component?: string | undefined;
  /** The bundle's path in the plugin, `widget/dist/MyWidget.js`. */
  file?: string | undefined;
  /** The SHA-256 of the bytes that ran. */
  hash?: string | undefined;
  /** The case in which the code's own message is wrong. */
  variant?: Variant | undefined;
  /** The original thrown value, of any type. */
  cause?: unknown;
}

/** The type of an argument whose name or type differs from its `{name}`, if the message has it. */
type Special<M extends Message, Name extends string, Argument> = Name extends NamesOf<M> ? Argument : unknown;

/** The arguments of a message, one for each `{name}` in it, and the place. */
export type DetailsOf<M extends Message> = Place & {
  readonly [Name in Exclude<NamesOf<M>, 'hint' | 'message' | 'rule' | 'value'>]: Given;
} & Special<M, 'value', { value: unknown }> &
  Special<M, 'rule', { rule: Rule; written?: string | undefined }> &
  // The component names that may be suggested.
  Special<M, 'hint', { names: readonly string[] }> &
  // By default the message of the cause.
  Special<M, 'message', { message: string } | { cause: unknown }>;

/** The arguments of a code's message. */
export type Details<C extends Code = Code> = DetailsOf<(typeof MESSAGES)[C]>;

/** A failure as data; its error has the message. */
export type Failure = { [C in Code]: { readonly code: C; readonly details: Details<C> } }[Code];
