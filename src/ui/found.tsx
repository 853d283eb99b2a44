import { useEffect, useState, type ReactNode } from 'react';
import type { Plugin } from '../contract/index.ts';
import { useHost } from '../react/index.ts';
import { runningBundles } from './bundles.ts';
import { requestFindings } from './findings-client.ts';
import type { DecisionTexts } from './messages.ts';
import { Button, Failure } from './parts.tsx';

interface FoundProps {
  plugin: Plugin;
  messages: DecisionTexts;
  /** Shows the plugin with what was found in its code. */
  children: (found: Plugin) => ReactNode;
}

/** Requests what accepted code reaches for: the list of plugins has it only while a decision is pending. */
export function Found({ plugin, messages, children }: FoundProps) {
  const host = useHost();
  const [attempt, setAttempt] = useState(0);
  const { id } = plugin;
  const key = JSON.stringify([id, runningBundles(plugin), attempt]);
  const [result, setResult] = useState<{ key: string; found?: Plugin; error?: string }>();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    requestFindings(host, id, signal).then(
      (found) => signal.aborted || setResult({ key, found }),
      (thrown: unknown) => signal.aborted || setResult({ key, error: (thrown as Error).message }),
    );
    return () => controller.abort();
  }, [host, id, key]);
  if (result?.key !== key) return <p className="nvz-ui-note">{messages.loading}</p>;
  const { found, error } = result;
  if (found) return children(found);
  return (
    <Failure title={messages.failed.load}>
      {error} <Button onPress={() => setAttempt(attempt + 1)}>{messages.retry}</Button>
    </Failure>
  );
}
