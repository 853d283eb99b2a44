import { Section } from './parts.tsx';
import { powerSentence } from './format.ts';
import { Powers } from './power-list.tsx';
import { useMessages, type UiProps } from './ui-messages.tsx';
import { useTrustReview } from './use-trust-review.ts';
import { Verdicts } from './verdicts.tsx';

/** The props of {@link TrustReview}. */
export interface TrustReviewProps extends UiProps {
  pluginId: string;
  /** Called after "Not now" and "Keep the old one". */
  onLater?: (() => void) | undefined;
}

/** Shows what a decision about a plugin needs, and the verdicts: before a first consent, and before a change is accepted. */
export function TrustReview({ pluginId, messages: own, heading, onLater }: TrustReviewProps) {
  const messages = useMessages(own);
  const data = useTrustReview(pluginId, own);
  const { status, plugin, powers } = data;
  const text = messages.review;
  return (
    <Section
      messages={messages}
      kind="review"
      heading={heading}
      title={text.title(plugin?.display_name ?? pluginId)}
    >
      {(titleId) =>
        plugin ? (
          <>
            <p className="nvz-ui-sentence">{powerSentence(messages, powers)}</p>
            {powers && <Powers powers={powers} messages={messages} />}
            <Verdicts data={data} messages={messages} describedBy={titleId} onLater={onLater} />
          </>
        ) : (
          <p>{status === 'loading' ? messages.loading : text.missing}</p>
        )
      }
    </Section>
  );
}
