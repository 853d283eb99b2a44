import { useEffect, useState, type ComponentType } from 'react';
import { announce } from '../announce.ts';
import { useMessages, type UiProps } from '../ui-messages.tsx';
import type { InspectorProps } from './inspector.tsx';
import { useInspector, type InspectorData, type InspectorOptions } from './use-inspector.ts';

/** The props of {@link PluginInspector}. */
export interface PluginInspectorProps extends Pick<UiProps, 'messages'>, InspectorOptions {
  /** The app's own {@link useInspector}, for a button that opens it. The shortcut is then an option of the hook. */
  inspector?: InspectorData | undefined;
}

/** Inspects the page's panels: opened by a shortcut, and by `?inspect` in the page's URL. Its code loads when it opens. */
export function PluginInspector({ messages: own, inspector, shortcut }: PluginInspectorProps) {
  const messages = useMessages(own);
  const mine = useInspector({ shortcut: inspector ? false : shortcut });
  const { isOpen, panel, close } = inspector ?? mine;
  const [Inspector, setInspector] = useState<ComponentType<InspectorProps>>();
  useEffect(() => {
    if (!isOpen) return;
    void import('./inspector.tsx').then(
      (loaded) => setInspector(() => loaded.Inspector),
      (reason: unknown) => {
        // The server is down, for instance. The next time tries again.
        announce(String(reason));
        close();
      },
    );
  }, [isOpen, close]);
  return isOpen && Inspector ? <Inspector messages={messages} panel={panel} onClose={close} /> : null;
}
