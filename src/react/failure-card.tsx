import { useEffect, useState, type ComponentType } from 'react';
import { isWidgetError, type Failure, type WidgetError } from '../contract/index.ts';
import type { ErrorCardProps } from '../diagnosis/index.ts';
import { createFailure, loadDiagnosis, type SandboxPage } from '../host/index.ts';
import { Skeleton } from './panel-frame.tsx';

/** Replaces the error card if that cannot be loaded, for instance because the server is down. */
const PlainCard = ({ error, isUpdate, onRetry }: ErrorCardProps) =>
  isUpdate ? null : (
    <div role="alert" data-code={error.code}>
      {error.message} <button onClick={onRetry}>Retry</button>
    </div>
  );

/** An error, and the component that shows it. */
interface LoadedCard {
  error: WidgetError;
  Card: ComponentType<ErrorCardProps>;
}

/** The loaded cards, so that a panel that returns shows its card at once. */
const cards = new WeakMap<Failure | WidgetError, LoadedCard>();

async function loadCard(failure: Failure | WidgetError): Promise<LoadedCard> {
  const [error, Card] = await Promise.all([
    isWidgetError(failure) ? failure : createFailure(failure),
    loadDiagnosis().then(
      ({ ErrorCard }) => ErrorCard,
      () => PlainCard,
    ),
  ]);
  const card = { error, Card };
  cards.set(failure, card);
  return card;
}

interface FailureCardProps {
  internals: SandboxPage;
  /** The same object as long as the failure is the same. */
  failure: Failure | WidgetError;
  /** Whether the card is about a pending decision of the operator, not a failure. */
  isPending?: boolean;
  /** Whether the failure is that of an update, below its earlier version, which runs. */
  isUpdate?: boolean;
  onRetry?: (() => void) | undefined;
}

/** Shows a failure's card and writes its line to the console. The code for both is loaded with the first failure. */
export function FailureCard({ internals, failure, ...props }: FailureCardProps) {
  const { report } = internals;
  const { isPending, isUpdate } = props;
  const [shown, setShown] = useState(() => cards.get(failure));
  useEffect(() => {
    let isCurrent = true;
    void loadCard(failure).then((next) => {
      if (!isCurrent) return;
      setShown(next);
      if (!isPending) report(next.error);
    });
    return () => {
      isCurrent = false;
    };
  }, [report, failure, isPending]);
  if (!shown) return isUpdate ? null : <Skeleton label="Error" />;
  return <shown.Card {...props} error={shown.error} page={internals} />;
}
