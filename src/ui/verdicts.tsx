import { useId, type ReactNode } from 'react';
import type { DecisionTexts } from './messages.ts';
import { Badge, Button } from './parts.tsx';
import type { Verdict } from './recommend.ts';
import type { TrustReviewData } from './use-decision.ts';

interface VerdictsProps {
  data: TrustReviewData;
  messages: DecisionTexts;
  /** The id of the element that names the plugin. */
  describedBy: string;
  /** Called after "Not now" and "Keep the old one". */
  onLater?: (() => void) | undefined;
  /** What does not work in a frame. */
  inFrame?: ReactNode;
}

/** One verdict: its button, and what it means. */
interface Choice {
  verdict: Verdict;
  label: string;
  means: string;
  /** Whether the banner of a change has it: not those that also change where the plugin runs. */
  isShort: boolean;
  decide: () => void;
}

/** The verdicts that a host can record, in the order in which they are shown. */
export function choicesOf({
  data,
  messages,
  onLater = () => {},
}: Omit<VerdictsProps, 'describedBy'>): Choice[] {
  const { decisions, pending, canSandbox } = data;
  const { version, accepted_version = '', sandboxed = false } = data.plugin!;
  const text = messages.verdicts;
  const isChange = pending === 'change';
  const code = text.code(version, isChange ? 'new' : '');
  const trust: Choice = {
    verdict: 'trust',
    label: !isChange ? text.trust : sandboxed ? text.trustNew : text.accept,
    means: text.trustMeans(code),
    isShort: !isChange || !sandboxed,
    decide: () => void decisions.trust(),
  };
  const sandbox: Choice = {
    verdict: 'sandbox',
    label: !isChange ? text.sandbox : sandboxed ? text.acceptSandboxed : text.sandboxNew,
    means: text.sandboxMeans(code),
    isShort: !isChange || sandboxed,
    decide: () => void decisions.sandbox(),
  };
  const decline = isChange ? decisions.keep : decisions.refuse;
  const later: Choice = {
    verdict: 'later',
    label: isChange ? text.keep : text.later,
    means: isChange ? text.keepMeans(text.code(accepted_version, 'accepted'), sandboxed) : text.laterMeans,
    isShort: true,
    decide: () => void decline().then((isDeclined) => isDeclined && onLater()),
  };
  return canSandbox ? [trust, sandbox, later] : [trust, later];
}

/** The verdicts side by side. The recommended one says why; that which was decided before has no button. */
export function Verdicts(props: VerdictsProps) {
  const { data, messages, describedBy, inFrame } = props;
  const { decisions, recommendation, canSandbox, isDeclined } = data;
  const id = useId();
  const text = messages.verdicts;
  return (
    <div role="group" aria-label={text.label} className="nvz-ui-verdicts">
      {choicesOf(props).map(({ verdict, label, means, decide }) => {
        const isRecommended = recommendation?.verdict === verdict;
        const isDecided = isDeclined && verdict === 'later';
        return (
          <div
            key={verdict}
            className="nvz-ui-verdict"
            data-verdict={verdict}
            data-recommended={isRecommended}
          >
            {isDecided ? (
              <strong>
                {label} <Badge tone="plain">{text.decided}</Badge>
              </strong>
            ) : (
              <Button
                kind={isRecommended ? 'primary' : 'plain'}
                isBusy={decisions.busy !== undefined}
                onPress={decide}
                aria-describedby={`${describedBy} ${id}-${verdict}`}
              >
                {label}
              </Button>
            )}
            <div id={`${id}-${verdict}`} className="nvz-ui-means">
              {isRecommended && (
                <p className="nvz-ui-text">
                  <Badge tone="good">{text.recommended}</Badge> {text.reasons[recommendation.reason]}
                </p>
              )}
              <p className="nvz-ui-text">{means}</p>
              {verdict === 'sandbox' && inFrame}
            </div>
          </div>
        );
      })}
      {!canSandbox && <p className="nvz-ui-note nvz-ui-wide">{text.noSandbox}</p>}
    </div>
  );
}
