import { useId } from 'react';
import { decisionText } from './decision-text.ts';
import { Earlier } from './earlier.tsx';
import { Fact } from './facts.tsx';
import { formatTime } from './format.ts';
import type { DecisionTexts } from './messages.ts';
import { Button, Part } from './parts.tsx';
import type { TrustReviewData } from './use-decision.ts';

interface DataProps {
  data: TrustReviewData;
  messages: DecisionTexts;
}

interface DecidedProps extends DataProps {
  /** The id of the element that names the plugin. */
  describedBy: string;
}

/** Shows what can be done about an earlier decision: roll back, and revoke. */
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
      {data.pending !== 'consent' && <Revoke {...props} />}
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

function Revoke({ data: { decisions }, messages, describedBy }: DecidedProps) {
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
    </div>
  );
}
