import { useId } from 'react';
import { againstText, decisionText } from './decision-text.ts';
import { decided } from './decided-texts.ts';
import { Earlier } from './earlier.tsx';
import { Fact } from './facts.tsx';
import { capitalise } from './format.ts';
import { mergeMessages, type DecisionTexts } from './messages.ts';
import { Button, Part } from './parts.tsx';
import { revokeTexts } from './revoke-texts.ts';
import { Revoke } from './revoke.tsx';
import type { TrustReviewData } from './use-decision.ts';

export { Found } from './found.tsx';
export { InFrame } from './in-frame.tsx';
export { Maker } from './maker.tsx';
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
  const against = againstText(data.plugin!, messages);
  return (
    <>
      {against && <p className="nvz-ui-text">{capitalise(against, messages.locale)}.</p>}
      <Earlier
        plugin={data.plugin!}
        decisions={data.decisions}
        messages={messages}
        describedBy={describedBy}
      />
      {data.pending !== 'consent' && (
        <>
          {(data.plugin!.sandboxed || data.canSandbox) && <Move {...props} />}
          <Revoke
            name={data.plugin!.display_name}
            decisions={data.decisions}
            text={mergeMessages(revokeTexts, messages.verdicts)}
            describedBy={describedBy}
            isExplained
          />
        </>
      )}
    </>
  );
}

/** Says who accepted the code that runs, and when. */
export function Accepted({ data: { plugin, pending }, messages }: DataProps) {
  const text = messages.review;
  const said = decisionText(plugin!, messages);
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

/** Runs the accepted code in the page in place of frames, or the other way round. */
function Move({ data: { decisions, plugin, pending }, messages, describedBy }: DecidedProps) {
  const text = mergeMessages(decided, messages.decided);
  const { trustMeans, sandboxMeans, code } = messages.verdicts;
  const { sandboxed, version, accepted_version } = plugin!;
  const id = useId();
  const isChange = pending === 'change';
  const [toTrust, toSandbox] = isChange
    ? [text.oldToTrust, text.oldToSandbox]
    : [text.toTrust, text.toSandbox];
  const about = isChange ? code(accepted_version ?? '', 'accepted') : code(version, '');
  return (
    <div className="nvz-ui-line">
      <Button
        isBusy={decisions.busy !== undefined}
        onPress={() => void decisions.move()}
        aria-describedby={`${describedBy} ${id}`}
      >
        {sandboxed ? toTrust : toSandbox}
      </Button>
      <span id={id} className="nvz-ui-note nvz-ui-grow">
        {(sandboxed ? trustMeans : sandboxMeans)(about)} {isChange && text.stillWaits}
      </span>
    </div>
  );
}
