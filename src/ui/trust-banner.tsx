import { useState } from 'react';
import { usePlugins } from '../react/index.ts';
import { powerSentence } from './format.ts';
import { decisionTexts } from './messages.ts';
import { Button, DecisionFailure, Section } from './parts.tsx';
import { TrustReview } from './trust-review.tsx';
import { useTexts, type UiProps } from './ui-messages.tsx';
import { useDecision } from './use-decision.ts';
import { versionText } from './version-text.ts';
import { choicesOf } from './verdicts.tsx';

/** The props of {@link TrustBanner}. */
export interface TrustBannerProps extends UiProps {
  /** Only for this plugin. @default every plugin that waits for a decision */
  pluginId?: string | undefined;
}

/** Asks the operator for consent to a plugin's code, or to a change of it (CONTRACT T2, T4). Nothing without such a plugin. */
export function TrustBanner({ pluginId, ...props }: TrustBannerProps) {
  const { plugins } = usePlugins();
  const asking = plugins.filter(
    ({ id, needs_consent, components, declined }) =>
      (pluginId === undefined || pluginId === id) &&
      !declined &&
      (needs_consent || components.some(({ changed }) => changed)),
  );
  return asking.map(({ id }) => <Banner key={id} pluginId={id} {...props} />);
}

function Banner({ pluginId, messages: own, heading }: TrustBannerProps & { pluginId: string }) {
  const messages = useTexts(decisionTexts, own);
  const data = useDecision(pluginId, own);
  const { plugin, pending, isDeclined, powers, added, decisions } = data;
  const [isOpen, setOpen] = useState(false);
  if (!plugin || !pending || isDeclined) return null;
  const text = messages.banner;
  const { display_name: name } = plugin;
  const isChange = pending === 'change';
  const news = added?.length === 0 ? messages.powers.nothingNew : powerSentence(messages, added, true);
  const recommended = data.recommendation?.verdict;
  const choices = isOpen ? [] : choicesOf({ data, messages }).filter(({ isShort }) => isShort);
  return (
    <Section
      messages={messages}
      kind="banner"
      heading={heading}
      title={isChange ? text.changed(name) : text.title}
    >
      {(titleId) => (
        <>
          {/* The cards of its panels lead here. */}
          <p className="nvz-ui-text" data-nousviz-review={pluginId}>
            <strong>
              {name} {versionText(plugin, messages)}
            </strong>
            {plugin.accepted_version && '.'} {/* The open review begins with it. */}
            {!isOpen && (isChange ? news : powerSentence(messages, powers))}
          </p>
          <p className="nvz-ui-note">{isChange ? text.waits : text.warning(name)}</p>
          <div className="nvz-ui-row">
            {choices.map(({ verdict, label, decide }) => (
              <Button
                key={verdict}
                kind={verdict === recommended ? 'primary' : 'plain'}
                isBusy={decisions.busy !== undefined}
                onPress={decide}
                aria-describedby={titleId}
              >
                {label}
              </Button>
            ))}
            <Button onPress={() => setOpen(!isOpen)} aria-expanded={isOpen} aria-describedby={titleId}>
              {isOpen ? text.hide : text.review}
            </Button>
          </div>
          {isOpen && (
            <TrustReview pluginId={pluginId} messages={own} heading="h3" onLater={() => setOpen(false)} />
          )}
          {!isOpen && <DecisionFailure decisions={decisions} messages={messages} />}
        </>
      )}
    </Section>
  );
}
