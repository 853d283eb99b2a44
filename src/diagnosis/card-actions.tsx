import { useState, type ComponentProps } from 'react';
import type { WidgetError } from '../contract/index.ts';
import type { CardPage } from './card-page.ts';
import * as styles from './card-styles.ts';

export const Button = ({ style, ...props }: ComponentProps<'button'>) => (
  <button type="button" style={{ ...styles.button, ...style }} {...props} />
);

/** The kind of text that a remedy has to copy. */
const kindOf = (text: string) =>
  text.startsWith('--') ? 'flags' : text.startsWith('npx ') ? 'command' : 'code';

interface CopyButtonProps {
  /** Makes the text. */
  make: () => string | Promise<string>;
  what: string;
}

function CopyButton({ what, make }: CopyButtonProps) {
  const [label, setLabel] = useState(`Copy ${what}`);
  const [text, setText] = useState<string>();
  async function copy() {
    const made = await make();
    try {
      // The clipboard is missing on plain http, and the browser may deny access.
      await navigator.clipboard.writeText(made);
      setLabel('Copied');
    } catch {
      setText(made);
      setLabel('Select the text to copy it');
    }
  }
  return (
    <>
      <Button className="nvz-wide" onClick={copy} aria-live="polite">
        {label}
      </Button>
      {text && <code style={{ ...styles.command, width: '100%' }}>{text}</code>}
    </>
  );
}

/** Copies the flags or the line of code of a remedy. */
export const CopyRemedy = ({ text }: { text: string }) => (
  <CopyButton what={kindOf(text)} make={() => text} />
);

/** Whether a failure is one of running code: the steps to the panel say no more than the card. */
const isCrash = ({ code, details }: WidgetError) => code === 'WIDGET_CRASHED' || 'count' in details;

/** A button that shows each step from the list of plugins to the panel. */
function ExplainButton({ make }: { make: () => Promise<{ text: string }> }) {
  const [text, setText] = useState<string>();
  const toggle = async () => setText(text === undefined ? (await make()).text : undefined);
  return (
    <>
      <Button className="nvz-wide" aria-expanded={text !== undefined} onClick={toggle}>
        Explain
      </Button>
      {text && <code style={{ ...styles.command, width: '100%' }}>{text}</code>}
    </>
  );
}

interface ActionsProps {
  error: WidgetError;
  isPending?: boolean | undefined;
  page: CardPage;
  onRetry?: (() => void) | undefined;
  /** Whether another card on the page says the rest. */
  isShort?: boolean;
}

/** The buttons of a card. An operator can send a report to the plugin’s author. */
export function Actions({ error, isPending, page, onRetry, isShort }: ActionsProps) {
  const { code, pluginId, component } = error;
  const { host, audience } = page;
  const isWhole = !isShort && !isPending && code !== 'UNSUPPORTED_BROWSER';
  // It loads with the first report. Without it, since the server is down for instance, the message has to do.
  const report = () =>
    import('./report.ts').then(
      ({ cardReport }) => cardReport(error, page),
      () => error.message,
    );
  return (
    <>
      {onRetry && (
        <Button className="nvz-wide" onClick={onRetry}>
          {code === 'WIDGET_PARKED' ? 'Release' : 'Retry'}
        </Button>
      )}
      {isWhole && audience !== 'author' && <CopyButton what="report" make={report} />}
      {isWhole && host && pluginId && component && !isCrash(error) && (
        <ExplainButton make={() => host.explain(pluginId, component)} />
      )}
    </>
  );
}
