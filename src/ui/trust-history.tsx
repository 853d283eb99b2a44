import { Section } from './parts.tsx';
import { useMessages, type UiProps } from './ui-messages.tsx';
import { useTrustHistory } from './use-trust-history.ts';

/** The props of {@link TrustHistory}. */
export interface TrustHistoryProps extends UiProps {
  /** Only the decisions about this plugin. @default those about all plugins */
  pluginId?: string | undefined;
}

/** Shows the record of decisions: who decided what about which code, and when (CONTRACT P8). */
export function TrustHistory({ pluginId, messages: own, heading }: TrustHistoryProps) {
  const messages = useMessages(own);
  const { records } = useTrustHistory({ pluginId });
  return (
    <Section messages={messages} kind="history" heading={heading} title={messages.history.title}>
      {() => <p>{messages.history.shown(records.length)}</p>}
    </Section>
  );
}
