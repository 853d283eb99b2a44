import { useId } from 'react';
import { formatList, powerSentence } from './format.ts';
import { Lazy } from './lazy.tsx';
import { decisionTexts, type DecisionTexts } from './messages.ts';
import { DecisionFailure, Part, Section } from './parts.tsx';
import { PowerList, Powers } from './power-list.tsx';
import { reviewOf } from './review.ts';
import { useTexts, type UiProps } from './ui-messages.tsx';
import { useDecision, type TrustReviewData } from './use-decision.ts';
import { Verdicts } from './verdicts.tsx';

/** The props of {@link TrustReview}. */
export interface TrustReviewProps extends UiProps {
  pluginId: string;
  /** Called after "Not now" and "Keep the old one". */
  onLater?: (() => void) | undefined;
}

/** A banner needs neither who made the plugin, nor what was decided before, nor a list of files. */
const loadDecided = () => import('./decided.tsx');
const loadFiles = () => import('./files.tsx');

/**
 * Shows on one screen what a decision about a plugin needs, and the verdicts: before a first consent, before a change is accepted, and
 * later, to roll back or to revoke.
 */
export function TrustReview({ pluginId, messages: own, heading, onLater }: TrustReviewProps) {
  const messages = useTexts(decisionTexts, own);
  const data = useDecision(pluginId, own);
  const text = messages.review;
  const { status, plugin, pending } = data;
  return (
    <Section
      messages={messages}
      kind="review"
      heading={heading}
      title={text.title(plugin?.display_name ?? pluginId)}
    >
      {(titleId) => {
        if (!plugin)
          return <p className="nvz-ui-text">{status === 'loading' ? messages.loading : text.missing}</p>;
        if (plugin.components.length === 0) return <p className="nvz-ui-text">{text.noCode}</p>;
        const shared = { messages, describedBy: titleId };
        return (
          <>
            {pending ? (
              <Reaches data={data} messages={messages} />
            ) : (
              <Lazy load={loadDecided} messages={messages} isOptional>
                {({ Found, InFrame }) => (
                  <Found plugin={plugin} messages={messages}>
                    {(found) => {
                      const review = reviewOf(found, false);
                      return (
                        <>
                          <Reaches data={{ ...data, ...review }} messages={messages} />
                          {data.canSandbox && <InFrame powers={review.powers} messages={messages} />}
                        </>
                      );
                    }}
                  </Found>
                )}
              </Lazy>
            )}
            <div className="nvz-ui-columns">
              <Lazy load={loadDecided} messages={messages}>
                {({ Maker, Accepted }) => (
                  <>
                    <Maker plugin={plugin} messages={messages} />
                    {pending !== 'consent' && <Accepted data={data} messages={messages} />}
                  </>
                )}
              </Lazy>
            </div>
            <Code data={data} messages={messages} />
            {pending && (
              <Verdicts
                data={data}
                onLater={onLater}
                inFrame={
                  <Lazy load={loadDecided} messages={messages} isOptional>
                    {({ InFrame }) => <InFrame powers={data.powers} messages={messages} />}
                  </Lazy>
                }
                {...shared}
              />
            )}
            <Lazy load={loadDecided} messages={messages} isOptional>
              {({ Decided }) => <Decided data={data} {...shared} />}
            </Lazy>
            <DecisionFailure decisions={data.decisions} messages={messages} />
          </>
        );
      }}
    </Section>
  );
}

interface DataProps {
  data: TrustReviewData;
  messages: DecisionTexts;
}

/** What the code reaches for, in one sentence and then each thing with its names. Of a change, what is new and what is gone. */
function Reaches({ data: { pending, powers, unscanned, added, removed }, messages }: DataProps) {
  const text = messages.powers;
  const isCompared = pending === 'change' && added;
  return (
    <div className="nvz-ui-stack">
      <p className="nvz-ui-sentence">{powerSentence(messages, powers, pending === 'change')}</p>
      {isCompared && (
        <div className="nvz-ui-columns">
          <Part title={added.length > 0 ? text.added : text.nothingNew}>
            <PowerList powers={added} messages={messages} />
          </Part>
          {removed && removed.length > 0 && (
            <Part title={text.removed}>
              <PowerList powers={removed} messages={messages} isGone />
            </Part>
          )}
        </div>
      )}
      {!isCompared && powers && <Powers powers={powers} messages={messages} />}
      {powers && unscanned && unscanned.length > 0 && (
        <p className="nvz-ui-note">
          {text.unscannedFiles(
            formatList(
              messages,
              unscanned.map(({ path }) => path),
            ),
          )}
        </p>
      )}
      {powers && <p className="nvz-ui-note">{text.note}</p>}
    </div>
  );
}

function Code({ data: { plugin, files, pending }, messages }: DataProps) {
  const id = useId();
  return (
    <Part title={messages.review.code} id={id}>
      <Lazy load={loadFiles} messages={messages}>
        {({ Files }) => (
          <Files
            plugin={plugin!}
            files={files ?? []}
            isChange={pending === 'change'}
            messages={messages}
            labelledBy={id}
          />
        )}
      </Lazy>
    </Part>
  );
}
