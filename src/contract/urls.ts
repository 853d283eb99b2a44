/** Where the host API lives on a site of its own root; `createHost({apiBase})` and the server's `base` change it. */
export const API_BASE = '/api';

/** The list's path (CONTRACT P1). */
export const PLUGINS = '/plugins';

/**
 * The path of the part of the list that one dashboard needs: every plugin that its panels' names can stand for. A host API
 * that knows of no such part answers with the whole list.
 */
export const listPartPath = (pluginId: string, name: string) =>
  `${PLUGINS}?dashboard=${encodeURIComponent(pluginId)}/${encodeURIComponent(name)}`;

/** The id of the element in the page's HTML with answers of the host API that the page would ask for first. */
export const PRELOADED_ID = 'nousviz-preloaded';

const below = (pluginId: string, rest: string) => `${PLUGINS}/${encodeURIComponent(pluginId)}/${rest}`;

/** The path of consent (CONTRACT P3). */
export const trustPath = (pluginId: string) => below(pluginId, 'trust-frontend');

/** The path of revoking (CONTRACT P3). */
export const revokePath = (pluginId: string) => below(pluginId, 'revoke-frontend-trust');

/**
 * A bundle's path (CONTRACT P4).
 *
 * @param version SHA-256 of the bytes that are meant: they never change, so browsers may keep them.
 * @param attempt How often it was asked for; engines remember a failed URL.
 */
export const bundlePath = (pluginId: string, filename: string, version?: string, attempt = 0) => {
  const query = [version && `v=${version}`, attempt && `r=${attempt}`].filter(Boolean).join('&');
  return below(pluginId, `widget/${encodeURIComponent(filename)}`) + (query && `?${query}`);
};

/** A dashboard's path (CONTRACT P5). */
export const dashboardPath = (pluginId: string, name: string) =>
  below(pluginId, `dashboards/${encodeURIComponent(name)}`);

/** A plugin's path and that of its components (CONTRACT P2). */
export const pluginPath = (pluginId: string) => `${PLUGINS}/${encodeURIComponent(pluginId)}`;
export const componentsPath = (pluginId: string) => below(pluginId, 'frontend-components');
