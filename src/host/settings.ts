import { API_BASE, importUrl } from '../contract/index.ts';
import type { HostOptions } from './host.ts';

function storedToken(): string | null {
  try {
    return localStorage.getItem('nousviz_auth_token');
  } catch {
    return null;
  }
}

/** The options without a default. */
type OptionalName = 'audience' | 'dashboard' | 'disablePlugins' | 'onUnauthorized' | 'sandbox';

/** The defaults of the options; the others have none, or read the page when they are used. */
export interface Defaults extends Required<Omit<HostOptions, OptionalName>> {}

/** The options of a host, complete. */
export type Settings = Defaults & Pick<HostOptions, OptionalName>;

/** Makes the defaults of this page, of which `fetch` is the page's own. */
export const makeDefaults = (): Defaults => ({
  apiBase: API_BASE,
  getSessionToken: storedToken,
  fetch: globalThis.fetch?.bind(globalThis),
  lock: true,
  loadTimeout: 10_000,
  revalidate: true,
  crashBudget: { crashes: 3, within: 60_000 },
  onError: () => {},
  unstable_require: false,
  importModule: importUrl,
});

/** Completes options with defaults; an option that is `undefined` counts as absent. */
export function settingsOf(options: HostOptions, defaults: Defaults): Settings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: Settings = { ...defaults, ...Object.fromEntries(given) };
  return { ...settings, apiBase: settings.apiBase.replace(/\/+$/, '') };
}
