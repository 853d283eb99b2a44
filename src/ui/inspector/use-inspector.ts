import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { internalsOf } from '../../host/index.ts';
import { useHost } from '../../react/index.ts';
import type { WidgetFacts } from './facts.ts';

/** The options of {@link useInspector}. */
export interface InspectorOptions {
  /** Opens and closes the inspector; `false` for none. @default "Alt+Shift+W" */
  shortcut?: string | false | undefined;
}

/** The inspector's state, and its data for an inspector of the app's own. */
export interface InspectorData {
  isOpen: boolean;
  /** The panel that is chosen first, `sales/Chart`, from `?inspect=sales/Chart`. */
  panel: string | undefined;
  open(): void;
  close(): void;
  /** Reads what the page knows about its panels, in the order of the document, without secrets. */
  inspect(): Promise<WidgetFacts[]>;
}

const MODIFIERS = ['Alt', 'Control', 'Meta', 'Shift'];

/** Whether an event is a shortcut, as `Alt+Shift+W`. By the place of the key, since Alt changes the character on a Mac. */
export function isShortcut(event: KeyboardEvent, shortcut: string): boolean {
  const names = shortcut.split('+').map((name) => (name === 'Ctrl' ? 'Control' : name));
  const key = names.at(-1)!;
  return (
    (event.code === `Key${key}` || event.key === key) &&
    MODIFIERS.every((name) => event.getModifierState(name) === names.includes(name))
  );
}

const subscribe = (listener: () => void) => {
  addEventListener('popstate', listener);
  return () => removeEventListener('popstate', listener);
};
const readParameter = () => new URLSearchParams(location.search).get('inspect');

/** Returns whether the inspector is open, opened by the shortcut and by `?inspect`, and what it shows. */
export function useInspector({ shortcut = 'Alt+Shift+W' }: InspectorOptions = {}): InspectorData {
  const host = useHost();
  const asked = useSyncExternalStore(subscribe, readParameter, () => null);
  const [decided, decide] = useState<boolean>();
  const isOpen = decided ?? asked !== null;
  useEffect(() => {
    if (!shortcut) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat || !isShortcut(event, shortcut)) return;
      event.preventDefault();
      decide(!isOpen);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [shortcut, isOpen]);
  return {
    isOpen,
    panel: asked || undefined,
    open: useCallback(() => decide(true), []),
    close: useCallback(() => decide(false), []),
    inspect: useCallback(async () => {
      const { inspect } = await import('./facts.ts');
      return inspect(internalsOf(host, 'useInspector()'));
    }, [host]),
  };
}
