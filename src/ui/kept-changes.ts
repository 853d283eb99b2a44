import { useSyncExternalStore } from 'react';

/** The key in the browser's storage. */
export const keyOf = (pluginId: string) => `nousviz-kept ${pluginId}`;

function keptChange(pluginId: string): string | null {
  try {
    return localStorage.getItem(keyOf(pluginId));
  } catch {
    return null;
  }
}

function subscribe(listener: () => void) {
  addEventListener('storage', listener);
  return () => removeEventListener('storage', listener);
}

/** Whether the operator keeps the accepted version instead of this change, in any tab of this browser. */
export const useIsKept = (pluginId: string, change: string): boolean =>
  useSyncExternalStore(
    subscribe,
    () => keptChange(pluginId) === change,
    () => false,
  );
