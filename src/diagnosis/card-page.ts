import type { Code, Plugin, WidgetError } from '../contract/index.ts';
import type { Explanation } from './explain.ts';

/** A store as far as a card reads it. */
interface Readable<Value> {
  getSnapshot(): Value;
  subscribe(listener: () => void): () => void;
}

/** The page of a card, as far as cards use it. */
export interface CardPage {
  /** The live list of plugins, which says whether a newer file of the component waits for a decision. */
  readonly plugins: Readable<{ readonly plugins: readonly Plugin[] }>;
  /** The reader of the card. @default "operator" */
  readonly audience?: 'operator' | 'author' | undefined;
  /** Returns the operator's session token, which reports leave out. */
  readonly getSessionToken?:
    (() => string | null | undefined | Promise<string | null | undefined>) | undefined;
  /** Absent in tests of parts. */
  readonly host?: {
    readonly version: string;
    explain(pluginId: string, name: string): Promise<Explanation>;
  };
}

/** The codes whose failures end when the names, the document, the page or the browser change: a retry cannot change them. */
const NO_RETRY: Partial<Record<Code, true>> = {
  UNKNOWN_COMPONENT: true,
  AMBIGUOUS_COMPONENT: true,
  DASHBOARD_INVALID: true,
  CONFIG_INVALID: true,
  CONFIG_TOO_DEEP: true,
  CONFIG_NOT_DATA: true,
  HOST_NOT_PUBLISHED: true,
  NAME_TAKEN: true,
  UNSUPPORTED_BROWSER: true,
};

/** The codes whose remedy is a change of the plugin, which an operator cannot make. */
const OF_AUTHOR: Partial<Record<Code, true>> = {
  BUNDLE_MISSING: true,
  BARE_REACT: true,
  BARE_IMPORT: true,
  BUNDLES_REACT: true,
  OLD_JSX_RUNTIME: true,
  CLASSIC_JSX: true,
  DYNAMIC_REQUIRE: true,
  MISSING_SHIM_EXPORT: true,
  IMPORT_FAILED: true,
  WRONG_SHIM: true,
  BUNDLE_SYNTAX: true,
  BUNDLE_THREW: true,
  NO_DEFAULT_EXPORT: true,
  RENDER_LOOP: true,
  UPDATES_ITSELF: true,
  ASYNC_COMPONENT: true,
  SUSPENDS_FOREVER: true,
  AMBIGUOUS_COMPONENT: true,
  DASHBOARD_INVALID: true,
  CONFIG_INVALID: true,
  CONFIG_TOO_DEEP: true,
  CONFIG_NOT_DATA: true,
};

export const canRetry = ({ code }: WidgetError) => !NO_RETRY[code];

/** Whether the card of an operator has the remedy in a part for the plugin's author. A bundle that ran before ends with a reload. */
export const isOfAuthor = ({ code, details }: WidgetError) => OF_AUTHOR[code] && details.variant !== 'again';

const pluginOf = (plugins: readonly Plugin[], { pluginId }: WidgetError) =>
  plugins.find(({ id }) => id === pluginId);

/** Whether the trusted file of a component runs while a newer one waits for the operator (CONTRACT T4). */
export const isWaiting = (plugins: readonly Plugin[], error: WidgetError) =>
  pluginOf(plugins, error)?.components.some(
    ({ name, changed, consented }) => name === error.component && changed && consented,
  );

/** The title of a card. That of a decision names the plugin, since the page may ask about another one. */
export function titleOf(plugins: readonly Plugin[], error: WidgetError): string {
  const plugin = error.code === 'AWAITING_CONSENT' && pluginOf(plugins, error);
  return plugin
    ? `${plugin.display_name} ${plugin.declined ? 'does not run' : 'waits for a decision'}`
    : error.title;
}

/** The plugin and component, the place in its code, and the code: `sales/Chart · widget/dist/Chart.js · BUNDLE_MISSING`. */
export const placeOf = ({ pluginId, component, at, details, code }: WidgetError) =>
  [[pluginId, component].filter(Boolean).join('/'), at ?? (details.file as string | undefined), code]
    .filter(Boolean)
    .join(' · ');
