import { messageOf, type Details, type WidgetError } from './errors.ts';
import { nearest } from './nearest.ts';

/** What one failure is called and how it is told. `{name}` stands for a detail of that name. */
export interface Words {
  /** A few words, the card's heading. */
  title: string;
  /** The fact, one sentence. */
  cause: string;
  /** What ends the problem, a sentence. */
  fix: string;
  /** The flags or the line that the remedy asks for, to be copied. */
  copy?: string;
}

const SHIM = '/api/widget-runtime/react';
const FLAGS = [
  `--alias:react=${SHIM}.js`,
  `--alias:react/jsx-runtime=${SHIM}-jsx-runtime.js`,
  `--external:${SHIM}.js`,
  `--external:${SHIM}-jsx-runtime.js`,
].join(' ');

const retry = 'Look at the server log, then press Retry.';

/** Every failure the runtime knows, by code: what thrown errors, cards, tools and the README read. */
export const ERRORS = {
  BUNDLE_MISSING: {
    title: 'Bundle missing',
    cause: '{file} is not on the server (HTTP {status}).',
    fix: 'Build the widget, commit {file} and update the plugin.',
  },
  BUNDLE_REFUSED: {
    title: 'Bundle refused',
    cause: 'The server refuses to hand out {file} (HTTP {status}).',
    fix: 'Trust the plugin again under Settings → Plugins, then press Retry.',
  },
  SERVER_ERROR: {
    title: 'Server error',
    cause: 'The server failed to hand out {file} (HTTP {status}).',
    fix: retry,
  },
  NOT_JAVASCRIPT: {
    title: 'Not JavaScript',
    cause: 'The server answered {file} with {type}, not JavaScript (HTTP {status}).',
    fix: 'Let /api/plugins/… reach the host API; an app page was served in its place.',
  },
  UNREACHABLE: {
    title: 'Server unreachable',
    cause: 'No answer for {file}: the network or the server is down.',
    fix: 'Check the connection, then press Retry.',
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
    fix: 'Build for the automatic JSX runtime; a "jsx" in tsconfig.json wins over the flag, so make that "react-jsx":',
    copy: '--jsx=automatic --target=es2020',
  },
  DYNAMIC_REQUIRE: {
    title: 'CommonJS in the bundle',
    cause: '{file} calls require("{specifier}"): Dynamic require of "{specifier}" is not supported.',
    fix: 'Build with the command of @nousviz/widget-runtime, or its bundler plugins, which make an import of it:',
    copy: 'nousviz-widget build',
  },
  MISSING_SHIM_EXPORT: {
    title: 'Not in this React',
    cause: '{file} uses {names} of React, which React {host} does not have.',
    fix: '{since}',
  },
  HOST_NOT_PUBLISHED: {
    title: 'Host not published',
    cause: '{file} was evaluated before window.NousViz was published: {message}',
    fix: 'Call createHost before anything imports a widget or a shim, then reload the page.',
  },
  LOAD_TIMEOUT: {
    title: 'Still loading',
    cause: 'Nothing has come since {since}.',
    fix: 'It appears by itself if it arrives late. Press Retry to ask again.',
  },
  IMPORT_FAILED: {
    title: 'Import failed',
    cause: '{file} imports "{specifier}", which could not be loaded.',
    fix: 'Bundle it into the widget: build with --bundle.',
  },
  SHIM_FAILED: {
    title: 'Shim failed',
    cause: '{specifier}, which {file} imports, could not be loaded.',
    fix: 'Look at the server log, then reload the page: some browsers remember a failed module.',
  },
  BUNDLE_SYNTAX: {
    title: 'Syntax error',
    cause: '{file} is not valid JavaScript{line}: {message}',
    fix: 'Rebuild the widget; the file may be cut short, or not be a bundle at all.',
  },
  BUNDLE_THREW: {
    title: 'Bundle failed to start',
    cause: '{file} could not be evaluated: {message}',
    fix: 'Cure the error in the plugin, rebuild it and press Retry.',
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
    fix: 'Press Retry to load it anew; if it fails again, report it to the plugin’s author.',
  },
  RENDER_LOOP: {
    title: 'Render loop',
    cause: 'The widget rendered {count} times within a second and was stopped.',
    fix: 'Look for an effect that sets state each time it runs, and give it its list of dependencies.',
  },
  WIDGET_PARKED: {
    title: 'Parked',
    cause: 'The widget crashed {count} times within {seconds} s and is parked. The last time: {message}',
    fix: 'Release it to try again; an update of the plugin releases it, too.',
  },
  UNKNOWN_COMPONENT: {
    title: 'Unknown component',
    cause: 'No component named "{name}" is registered.',
    fix: '{hint}',
  },
  AMBIGUOUS_COMPONENT: {
    title: 'Ambiguous component',
    cause: 'Several plugins have a component named "{name}".',
    fix: 'Write which one is meant: {candidates}.',
  },
  AWAITING_CONSENT: {
    title: 'Awaiting consent',
    cause: 'This component is custom frontend code of a plugin that is not trusted yet.',
    fix: 'Press “Trust this plugin” in the banner of the plugin’s page.',
  },
  BUNDLE_CHANGED: {
    title: 'Changed since it was trusted',
    cause: '{file} is not what was trusted, so it does not run.',
    fix: 'Look at the change on the plugin’s page, and accept it there if it is wanted.',
  },
  PLUGINS_DISABLED: {
    title: 'Plugins are switched off',
    cause: 'This page was opened with ?disable-plugins, so nothing of the plugin runs.',
    fix: 'Open it without ?disable-plugins to run it again.',
  },
  TRUST_REVOKED: {
    title: 'Trust revoked',
    cause: 'The operator took trust back, so the plugin’s requests are ended.',
    fix: 'Trust the plugin again under Settings → Plugins.',
  },
  CONFIG_TOO_DEEP: {
    title: 'Config too deep',
    cause: 'The config of "{name}" nests deeper than 64 levels.',
    fix: 'Give the panel plain data: texts, numbers, lists and mappings.',
  },
  API_REDIRECTED: {
    title: 'Request redirected',
    cause: 'The server redirects {url}, and the session token never follows a redirect.',
    fix: 'Request the final address. A trailing slash too many or too few?',
  },
  API_FAILED: {
    title: 'Host API failed',
    cause: '{url}: {message}',
    fix: retry,
  },
  CONSENT_REFUSED: {
    title: 'Not recorded',
    cause: '{url}: {message}',
    fix: 'Trust is as it was before.',
  },
  HOST_ALREADY_PUBLISHED: {
    title: 'Two hosts on one page',
    cause: '{message}',
    fix: 'Call createHost once per page and bundle one copy of @nousviz/widget-runtime.',
  },
  HOST_MISSING: {
    title: 'No host around the panel',
    cause: '{message}',
    fix: 'Wrap the app in <HostProvider host={createHost()}>.',
  },
  NAME_REFUSED: {
    title: 'Name refused',
    cause: '{message}',
    fix: 'Register a React component under a name.',
  },
  DASHBOARD_FAILED: {
    title: 'Dashboard not there',
    cause: '{message}',
    fix: 'Correct the plugin’s dashboard, then press Retry.',
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
} satisfies Record<string, Words>;

/** The rules that manifests, lists and dashboards are read by. */
export const RULES = {
  list: 'must be a list',
  mapping: 'must be a mapping of keys',
  text: 'must be a text that is not empty',
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

/** A value as a message quotes it: JSON, at most 80 characters. */
export function quote(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  text ??= value === undefined ? 'missing' : `of type ${typeof value}`;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function hintOf({ pluginId, name, names }: Details): string {
  const known = (names as () => string[])().map((full) =>
    full.startsWith(`${pluginId}/`) ? full.slice(`${pluginId}/`.length) : full,
  );
  const similar = nearest(String(name), known);
  if (similar.length > 0) return `Did you mean ${similar.join(', ')}?`;
  return 'Declare it under frontend.components in plugin.yaml.';
}

function wordOf(details: Details, word: string): string {
  const value = details[word];
  if (word === 'hint') return hintOf(details);
  if (word === 'value') return quote(value);
  if (word === 'rule') return RULES[value as keyof typeof RULES];
  if (word === 'message') return messageOf(value ?? details.cause);
  return Array.isArray(value) ? value.slice(0, 5).join(', ') : String(value ?? word);
}

/**
 * Tells an error: fills in the words of its code and completes its message with them,
 * `sales/MyWidget: widget/dist/MyWidget.js did not export a default React component. End the file with … [NO_DEFAULT_EXPORT]`.
 */
export function tell(error: WidgetError): Words {
  const { title, cause, fix, copy }: Words = ERRORS[error.code];
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, word: string) => wordOf(error.details, word));
  const told = {
    title,
    cause: fill(cause).replace(/[^.!?…]$/, '$&.'),
    fix: fill(fix),
    ...(copy && { copy: fill(copy) }),
  };
  const place = [error.pluginId, error.component].filter(Boolean).join('/');
  const command = told.fix.endsWith(':') ? ` ${told.copy}` : '';
  error.message = `${place && `${place}: `}${told.cause} ${told.fix}${command} [${error.code}]`;
  return told;
}
