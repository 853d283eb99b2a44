import { useId } from 'react';
import { decisionText } from './decision-text.ts';
import { decided } from './decided-texts.ts';
import { Earlier } from './earlier.tsx';
import { Fact } from './facts.tsx';
import { formatTime } from './format.ts';
import { mergeMessages, type DecisionTexts } from './messages.ts';
import { Button, Part } from './parts.tsx';
import type { TrustReviewData } from './use-decision.ts';
import type { Decisions } from './use-decisions.ts';

export { Found } from './found.tsx';
export { Needs } from './needs.tsx';

interface DataProps {
  data: TrustReviewData;
  messages: DecisionTexts;
}

interface DecidedProps extends DataProps {
  /** The id of the element that names the plugin. */
  describedBy: string;
}

/** Shows what can be done about an earlier decision: run it elsewhere, roll back, and revoke. */
export function Decided(props: DecidedProps) {
  const { data, messages, describedBy } = props;
  return (
    <>
      <Earlier
        plugin={data.plugin!}
        decisions={data.decisions}
        messages={messages}
        describedBy={describedBy}
      />
      {data.pending !== 'consent' && (
        <>
          {(data.plugin!.sandboxed || data.canSandbox) && <Move {...props} />}
          <Revoke {...props} />
        </>
      )}
    </>
  );
}

/** Says who accepted the code that runs, and when. */
export function Accepted({ data: { plugin, pending }, messages }: DataProps) {
  const text = messages.review;
  const when = formatTime(messages, plugin!.trusted_at);
  const said = decisionText(plugin!, messages, when);
  if (!said) return null;
  return (
    <Part title={pending === 'change' ? text.oldVersion : messages.verdicts.label}>
      <dl className="nvz-ui-facts">
        <Fact term={text.oldVersion}>
          {plugin!.accepted_version} {said}
        </Fact>
        {pending === 'change' && (
          <Fact term={text.newVersion}>
            {plugin!.version || <span className="nvz-ui-absent">{messages.notStated}</span>}
          </Fact>
        )}
      </dl>
    </Part>
  );
}

interface ActProps extends Pick<DecidedProps, 'describedBy'> {
  decisions: Decisions;
  kind: 'plain' | 'danger';
  label: string;
  means: string;
  decide: () => Promise<boolean>;
}

/** A button with what it means beside it. */
function ActLine({ decisions, kind, label, means, decide, describedBy }: ActProps) {
  const id = useId();
  return (
    <div className="nvz-ui-line">
      <Button
        kind={kind}
        isBusy={decisions.busy !== undefined}
        onPress={() => void decide()}
        aria-describedby={`${describedBy} ${id}`}
      >
        {label}
      </Button>
      <span id={id} className="nvz-ui-note nvz-ui-grow">
        {means}
      </span>
    </div>
  );
}

/** Runs the accepted code in the page in place of frames, or the other way round. */
function Move({ data: { decisions, plugin, pending }, messages, describedBy }: DecidedProps) {
  const text = mergeMessages(decided, messages.decided);
  const { trustMeans, sandboxMeans } = messages.verdicts;
  const [toTrust, toSandbox] =
    pending === 'change' ? [text.oldToTrust, text.oldToSandbox] : [text.toTrust, text.toSandbox];
  return (
    <ActLine
      decisions={decisions}
      kind="plain"
      label={plugin!.sandboxed ? toTrust : toSandbox}
      means={plugin!.sandboxed ? trustMeans : sandboxMeans}
      decide={decisions.move}
      describedBy={describedBy}
    />
  );
}

function Revoke({ data: { decisions }, messages, describedBy }: DecidedProps) {
  const { revoke, revokeMeans } = messages.verdicts;
  return (
    <ActLine
      decisions={decisions}
      kind="danger"
      label={revoke}
      means={revokeMeans}
      decide={decisions.revoke}
      describedBy={describedBy}
    />
  );
}
