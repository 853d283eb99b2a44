import { useEffect, useState, type ReactNode } from 'react';
import type { Plugin } from '../contract/index.ts';
import type { Host } from '../host/index.ts';
import { useHost } from '../react/index.ts';
import { code } from './code/texts.ts';
import { source } from './history-client.ts';
import { mergeMessages } from './merge-messages.ts';
import type { DecisionTexts } from './messages.ts';
import { Button, Failure } from './parts.tsx';
import type { ReviewedFile } from './review.ts';

interface CodePanelProps {
  plugin: Plugin;
  file: ReviewedFile;
  shown: 'code' | 'difference';
  messages: DecisionTexts;
}

/** Requests a file's texts, and the code that shows them. */
async function load(host: Host, props: CodePanelProps, signal: AbortSignal): Promise<ReactNode> {
  const { plugin, file, shown, messages } = props;
  const { filename, before, now } = file;
  const text = mergeMessages(code, messages.code);
  const textOf = (hash = '') => source(host, plugin.id, filename, hash, signal);
  if (shown === 'code') {
    const [{ CodeView }, body] = await Promise.all([import('./code/code-view.tsx'), textOf(now?.sha256)]);
    return <CodeView file={filename} code={body} findings={now?.findings} text={text} />;
  }
  const [{ DiffView }, old, body] = await Promise.all([
    import('./code/diff-view.tsx'),
    textOf(before?.sha256),
    textOf(now?.sha256),
  ]);
  return <DiffView file={filename} before={old} after={body} text={text} />;
}

/** Shows the code of a file. The code that formats and shows it loads with the first file. */
export function CodePanel(props: CodePanelProps) {
  const { plugin, file, shown, messages } = props;
  const host = useHost();
  const [attempt, setAttempt] = useState(0);
  /** Names all that is loaded. */
  const key = [plugin.id, file.path, file.before?.sha256, file.now?.sha256, shown, attempt].join();
  const [result, setResult] = useState<{ key: string; content?: ReactNode; error?: string }>();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    load(host, props, signal).then(
      (content) => signal.aborted || setResult({ key, content }),
      (thrown: unknown) => signal.aborted || setResult({ key, error: (thrown as Error).message }),
    );
    return () => controller.abort();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps -- the key stands for the props
  }, [host, key]);
  if (result?.key !== key) return <p className="nvz-ui-note">{messages.loading}</p>;
  const { content, error } = result;
  if (error !== undefined)
    return (
      <Failure title={messages.failed.load}>
        {error} <Button onPress={() => setAttempt(attempt + 1)}>{messages.retry}</Button>
      </Failure>
    );
  return content;
}
