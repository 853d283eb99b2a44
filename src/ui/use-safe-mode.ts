import { useSyncExternalStore } from 'react';
import { useHost, usePlugins } from '../react/index.ts';

const PARAMETER = 'disable-plugins';

/** The page's state of safe mode, in which plugins' code does not run. */
export interface SafeModeData {
  /** Whether the code of some plugins is switched off. */
  isActive: boolean;
  /** The names of these plugins. */
  names: readonly string[];
  /** The URL of this page with all plugins on; absent if the app's code has switched them off. It has to be loaded. */
  onUrl: string | undefined;
  /** The URL of this page with all plugins off. It has to be loaded. */
  offUrl: string;
}

const nothing = () => () => {};

/** Returns whether plugins are switched off on this page, and the URLs that change it. */
export function useSafeMode(): SafeModeData {
  const { disablePlugins } = useHost();
  const { plugins } = usePlugins();
  // A server has no page.
  const address = useSyncExternalStore(
    nothing,
    () => location.href,
    () => undefined,
  );
  const url = new URL(address ?? 'http://localhost/');
  const isByPage = url.searchParams.has(PARAMETER);
  url.searchParams.delete(PARAMETER);
  const pathWith = (...query: string[]) => {
    const all = [...query, url.searchParams.toString()].filter(Boolean).join('&');
    return url.pathname + (all && `?${all}`) + url.hash;
  };
  const ids =
    disablePlugins === true
      ? plugins.filter(({ components }) => components.length > 0).map(({ id }) => id)
      : (disablePlugins || []).filter(Boolean);
  return {
    isActive: disablePlugins === true || ids.length > 0,
    names: ids.map((id) => plugins.find((plugin) => plugin.id === id)?.display_name ?? id),
    onUrl: isByPage ? pathWith() : undefined,
    offUrl: pathWith(PARAMETER),
  };
}
