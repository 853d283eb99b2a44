import type { UiProps } from '../ui-messages.tsx';

/** The props of {@link PluginInspector}. */
export interface PluginInspectorProps extends Pick<UiProps, 'messages'> {}

/** Inspects the page's panels: opened by a shortcut, and by `?inspect` in the page's URL. */
export function PluginInspector(_props: PluginInspectorProps) {
  return null;
}
