import { useSyncExternalStore } from 'react';

const keyOf = (pluginId: string) => `nousviz-kept ${pluginId}`;

/** Remembers that the operator keeps the accepted version instead of a change. Without storage it is asked again. */
export function keepChange(pluginId: string, change: string): void {
  try {
    localStorage.setItem(keyOf(pluginId), change);
  } catch {
    // The storage is full, or the browser refuses it.
  }
  // Browsers send it to the other tabs only.
  dispatchEvent(new StorageEvent('storage', { key: keyOf(pluginId) }));
}

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
