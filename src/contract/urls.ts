/** The default path of the host API; `createHost({apiBase})` and the server's `base` change it. */
export const API_BASE = '/api';

/** The path of the plugin list (CONTRACT P1). */
export const PLUGINS = '/plugins';

/**
 * The path of the part of the list that one dashboard needs: every plugin that its panels' names can resolve to. A host API
 * without such parts answers with the whole list.
 */
export const listPartPath = (pluginId: string, name: string) =>
  `${PLUGINS}?dashboard=${encodeURIComponent(pluginId)}/${encodeURIComponent(name)}`;

/** The id of the element in the page's HTML that contains the host API's answers to the page's first requests. */
export const PRELOADED_ID = 'nousviz-preloaded';

/** A path below that of a plugin; `rest` is encoded already. */
export const below = (pluginId: string, rest: string) => `${PLUGINS}/${encodeURIComponent(pluginId)}/${rest}`;

/** The path that records that an operator does not want the bytes on the server's disk: not now, or not in place of the accepted ones (CONTRACT P3). */
export const refusePath = (pluginId: string) => below(pluginId, 'refuse-frontend');

/** The major versions of React that a sandboxed plugin's frame can have. */
export const SANDBOX_REACTS = [18, 19] as const;
export type SandboxReact = (typeof SANDBOX_REACTS)[number];

/** The path of the page in a sandboxed plugin's frame; its query names the plugin and the React. */
export const SANDBOX_PAGE = '/widget-runtime/sandbox.html';

/** The path of the page in a sandboxed plugin's frame, for a host with that React (CONTRACT X4). */
export const sandboxPageUrl = (pluginId: string, react: SandboxReact) =>
  `${SANDBOX_PAGE}?plugin=${encodeURIComponent(pluginId)}&react=${react}`;

/** The path of the script of that page. */
export const sandboxScriptUrl = (react: SandboxReact) => `/widget-runtime/sandbox-${react}.js`;

/** The header of a request that the host sends for a sandboxed plugin; its value is the plugin's id. */
export const WIDGET_HEADER = 'X-NousViz-Widget';

/** The path of the record of all decisions, or of those about one plugin (CONTRACT P8). */
export const trustHistoryPath = (pluginId?: string) =>
  pluginId === undefined ? '/trust-history' : below(pluginId, 'trust-history');

/** The path of a bundle's bytes as text, which operators read (CONTRACT P4). */
export const sourcePath = (pluginId: string, filename: string, sha256?: string) =>
  below(pluginId, `source/${encodeURIComponent(filename)}`) + (sha256 ? `?sha256=${sha256}` : '');

/**
 * The path of a bundle (CONTRACT P4).
 *
 * @param version The SHA-256 of the requested bytes; they never change, so browsers may cache them forever.
 * @param attempt The number of earlier attempts. Browsers remember that a URL failed, so each attempt has its own URL.
 */
export const bundlePath = (pluginId: string, filename: string, version?: string, attempt = 0) => {
  const query = [version && `v=${version}`, attempt && `r=${attempt}`].filter(Boolean).join('&');
  return below(pluginId, `widget/${encodeURIComponent(filename)}`) + (query && `?${query}`);
};

/** The path of a dashboard (CONTRACT P5). */
export const dashboardPath = (pluginId: string, name: string) =>
  below(pluginId, `dashboards/${encodeURIComponent(name)}`);

/**
 * The query that requests a dashboard with its part of the list, and the parameter of the content type of an answer that has both. A host
 * API without such answers ignores the query. No document can be taken for such an answer, because only the server writes the type.
 */
export const WITH_LIST = 'with=list';

/** The path of one plugin (CONTRACT P2). */
export const pluginPath = (pluginId: string) => `${PLUGINS}/${encodeURIComponent(pluginId)}`;

/** The path of one plugin with what was found in its code, also when no decision is pending. */
export const findingsPath = (pluginId: string) => `${pluginPath(pluginId)}?with=findings`;

/** The path of a plugin's components (CONTRACT P2). */
export const componentsPath = (pluginId: string) => below(pluginId, 'frontend-components');
