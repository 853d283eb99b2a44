import { useEffect, useState, type ComponentType } from 'react';
import { isWidgetError, type Failure, type WidgetError } from '../contract/index.ts';
import type { ErrorCardProps } from '../diagnosis/index.ts';
import { createFailure, loadDiagnosis, type HostInternals } from '../host/index.ts';
import { Skeleton } from './panel-frame.tsx';

/** Stands in for the error card where that cannot be loaded: the server that should serve it may be the one that is down. */
const PlainCard = ({ error, onRetry }: ErrorCardProps) => (
  <div role="alert" data-code={error.code}>
    {error.message} <button onClick={onRetry}>Retry</button>
  </div>
);

/** An error, and the component that shows it. */
interface Shown {
  error: WidgetError;
  Card: ComponentType<ErrorCardProps>;
}

async function loadCard(failure: Failure | WidgetError): Promise<Shown> {
  const [error, Card] = await Promise.all([
    isWidgetError(failure) ? failure : createFailure(failure),
    loadDiagnosis().then(
      ({ ErrorCard }) => ErrorCard,
      () => PlainCard,
    ),
  ]);
  return { error, Card };
}

interface FailureCardProps {
  internals: HostInternals;
  /** The same object as long as the failure is the same. */
  failure: Failure | WidgetError;
  /** Whether somebody's decision is pending, and nothing has failed. */
  isPending?: boolean;
  onRetry?: (() => void) | undefined;
}

/** A failure's card and its line in the console; both load with the first failure. */
export function FailureCard({ internals, failure, isPending = false, onRetry }: FailureCardProps) {
  const { report } = internals;
  const [shown, setShown] = useState<Shown>();
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
  if (!shown) return <Skeleton label="Error" />;
  return <shown.Card error={shown.error} isPending={isPending} onRetry={onRetry} />;
}
