import { useId, type ReactNode } from 'react';
import { Earlier } from './earlier.tsx';
import { decisionText, Fact, Facts } from './facts.tsx';
import { Files } from './files.tsx';
import { formatTime, powerSentence } from './format.ts';
import type { Messages } from './messages.ts';
import { Button, DecisionFailure, Section } from './parts.tsx';
import { PowerList, Powers } from './power-list.tsx';
import { useMessages, type UiProps } from './ui-messages.tsx';
import { useTrustReview, type FullTrustReviewData } from './use-trust-review.ts';
import { Verdicts } from './verdicts.tsx';

/** The props of {@link TrustReview}. */
export interface TrustReviewProps extends UiProps {
  pluginId: string;
  /** Called after "Not now" and "Keep the old one". */
  onLater?: (() => void) | undefined;
}

/**
 * Shows on one screen what a decision about a plugin needs, and the verdicts: before a first consent, before a change is accepted, and
 * later, to roll back or to revoke.
 */
export function TrustReview({ pluginId, messages: own, heading, onLater }: TrustReviewProps) {
  const messages = useMessages(own);
  const data = useTrustReview(pluginId, own);
  const text = messages.review;
  const { status, plugin, pending } = data;
  return (
    <Section
      messages={messages}
      kind="review"
      review={pluginId}
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
            {pending && <Reaches data={data} messages={messages} />}
            <div className="nvz-ui-columns">
              <Part title={text.maker}>
                {plugin.description && <p className="nvz-ui-text">{plugin.description}</p>}
                <Facts plugin={plugin} messages={messages} />
                <p className="nvz-ui-note">{text.makerNote}</p>
              </Part>
              {pending !== 'consent' && <Accepted data={data} messages={messages} />}
            </div>
            <Code data={data} messages={messages} />
            {pending && <Verdicts data={data} onLater={onLater} {...shared} />}
            <Earlier earlier={data.earlier} decisions={data.decisions} {...shared} />
            {pending !== 'consent' && <Revoke data={data} {...shared} />}
          </>
        );
      }}
    </Section>
  );
}

interface PartProps {
  title: string;
  /** The id of the title. */
  id?: string;
  children: ReactNode;
}

function Part({ title, id, children }: PartProps) {
  return (
    <div>
      <p id={id} className="nvz-ui-subtitle">
        {title}
      </p>
      {children}
    </div>
  );
}

interface DataProps {
  data: FullTrustReviewData;
  messages: Messages;
}

/** What the code reaches for in one sentence, and in detail. Of a change, what is new and what is gone. */
function Reaches({ data: { pending, powers, added, removed }, messages }: DataProps) {
  const text = messages.powers;
  return (
    <div>
      <p className="nvz-ui-sentence">{powerSentence(messages, powers)}</p>
      {pending === 'change' && added && (
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
      {pending === 'consent' && powers && <Powers powers={powers} messages={messages} />}
      {powers && <p className="nvz-ui-note">{text.note}</p>}
    </div>
  );
}

/** Who accepted the code that runs, and when. */
function Accepted({ data: { plugin, pending }, messages }: DataProps) {
  const text = messages.review;
  const when = formatTime(messages, plugin!.trusted_at);
  const said = decisionText(plugin!, messages, when);
  if (!said) return null;
  return (
    <Part title={pending === 'change' ? text.oldVersion : messages.verdicts.label}>
      <dl className="nvz-ui-facts">
        <Fact term={text.oldVersion}>{said}</Fact>
        {pending === 'change' && (
          <Fact term={text.newVersion}>
            {plugin!.version || <span className="nvz-ui-absent">{messages.notStated}</span>}
          </Fact>
        )}
      </dl>
    </Part>
  );
}

function Code({ data: { plugin, files, pending }, messages }: DataProps) {
  const id = useId();
  return (
    <Part title={messages.review.code} id={id}>
      <Files
        plugin={plugin!}
        files={files ?? []}
        isChange={pending === 'change'}
        messages={messages}
        labelledBy={id}
      />
    </Part>
  );
}

function Revoke({ data: { decisions }, messages, describedBy }: DataProps & { describedBy: string }) {
  const { revoke, revokeMeans } = messages.verdicts;
  const id = useId();
  return (
    <div className="nvz-ui-line">
      <Button
        kind="danger"
        isBusy={decisions.busy !== undefined}
        onPress={() => void decisions.revoke()}
        aria-describedby={`${describedBy} ${id}`}
      >
        {revoke}
      </Button>
      <span id={id} className="nvz-ui-note nvz-ui-grow">
        {revokeMeans}
      </span>
      <DecisionFailure decisions={decisions} messages={messages} acts={['revoke']} />
    </div>
  );
}
