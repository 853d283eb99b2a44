import { useEffect, useState, type ReactNode } from 'react';
import type { DecisionTexts } from './messages.ts';
import { Button, Failure } from './parts.tsx';

interface LazyProps<Module> {
  /** Imports the code; the same function at every render. */
  load: () => Promise<Module>;
  messages: Pick<DecisionTexts, 'loading' | 'retry' | 'failed'>;
  /** Whether nothing is shown until the code has arrived, and if it does not arrive. */
  isOptional?: boolean;
  children: (module: Module) => ReactNode;
}

/** Shows what needs code that loads on demand. `lazy` of React would remember a failure. */
export function Lazy<Module>({ load, messages, isOptional = false, children }: LazyProps<Module>) {
  const [module, setModule] = useState<Module>();
  const [error, setError] = useState<string>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    load().then(setModule, (thrown: unknown) => setError(String(thrown)));
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- an attempt loads it again
  }, [load, attempt]);
  if (module) return children(module);
  if (isOptional) return null;
  if (error === undefined) return <p className="nvz-ui-note">{messages.loading}</p>;
  return (
    <Failure title={messages.failed.load}>
      {error}{' '}
      <Button
        onPress={() => {
          setError(undefined);
          setAttempt(attempt + 1);
        }}
      >
        {messages.retry}
      </Button>
    </Failure>
  );
}
