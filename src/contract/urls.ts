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

const below = (pluginId: string, rest: string) => `${PLUGINS}/${encodeURIComponent(pluginId)}/${rest}`;

/** The path that records consent (CONTRACT P3). */
export const trustPath = (pluginId: string) => below(pluginId, 'trust-frontend');

/** The path that revokes trust (CONTRACT P3). */
export const revokePath = (pluginId: string) => below(pluginId, 'revoke-frontend-trust');

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

/** The path of one plugin (CONTRACT P2). */
export const pluginPath = (pluginId: string) => `${PLUGINS}/${encodeURIComponent(pluginId)}`;

/** The path of a plugin's components (CONTRACT P2). */
export const componentsPath = (pluginId: string) => below(pluginId, 'frontend-components');
