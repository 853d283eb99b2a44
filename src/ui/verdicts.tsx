import { useId } from 'react';
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
}

/** One verdict: its button, what it means, and why it is recommended if it is. */
interface Choice {
  verdict: Verdict;
  label: string;
  means: string;
  decide: () => void;
}

/** The verdicts that a host can record, in the order in which they are shown. */
export function choicesOf({
  data,
  messages,
  onLater = () => {},
}: Omit<VerdictsProps, 'describedBy'>): Choice[] {
  const { decisions, pending, plugin, canSandbox } = data;
  const text = messages.verdicts;
  const isChange = pending === 'change';
  const trust: Choice = {
    verdict: 'trust',
    label: isChange && plugin?.trusted ? text.accept : text.trust,
    means: text.trustMeans,
    decide: () => void decisions.trust(),
  };
  const sandbox: Choice = {
    verdict: 'sandbox',
    label: isChange && plugin?.sandboxed ? text.accept : text.sandbox,
    means: text.sandboxMeans,
    decide: () => void decisions.sandbox(),
  };
  const later: Choice = isChange
    ? {
        verdict: 'later',
        label: text.keep,
        means: text.keepMeans,
        decide: () => void decisions.keep().then((isKept) => isKept && onLater()),
      }
    : {
        verdict: 'later',
        label: text.later,
        means: text.laterMeans,
        decide: () => void decisions.refuse().then((isRefused) => isRefused && onLater()),
      };
  return canSandbox ? [trust, sandbox, later] : [trust, later];
}

/** The verdicts side by side. The recommended one says why. */
export function Verdicts(props: VerdictsProps) {
  const { data, messages, describedBy } = props;
  const { decisions, recommendation, canSandbox } = data;
  const id = useId();
  const text = messages.verdicts;
  return (
    <div role="group" aria-label={text.label} className="nvz-ui-verdicts">
      {choicesOf(props).map(({ verdict, label, means, decide }) => {
        const isRecommended = recommendation?.verdict === verdict;
        return (
          <div
            key={verdict}
            className="nvz-ui-verdict"
            data-verdict={verdict}
            data-recommended={isRecommended}
          >
            <Button
              kind={isRecommended ? 'primary' : 'plain'}
              isBusy={decisions.busy !== undefined}
              onPress={decide}
              aria-describedby={`${describedBy} ${id}-${verdict}`}
            >
              {label}
            </Button>
            <div id={`${id}-${verdict}`} className="nvz-ui-means">
              {isRecommended && (
                <p className="nvz-ui-text">
                  <Badge tone="good">{text.recommended}</Badge> {text.reasons[recommendation.reason]}
                </p>
              )}
              <p className="nvz-ui-text">{means}</p>
            </div>
          </div>
        );
      })}
      {!canSandbox && <p className="nvz-ui-note nvz-ui-wide">{text.noSandbox}</p>}
    </div>
  );
}
