import { useState, useSyncExternalStore, type CSSProperties } from 'react';
import type { Code, Plugin, WidgetError } from '../contract/index.ts';

/** The props of {@link ErrorCard}. */
export interface ErrorCardProps {
  error: WidgetError;
  /** Whether the card is about a pending decision of the operator, not a failure. */
  isPending?: boolean | undefined;
  /** The live list of plugins, which says whether a newer file of the component waits for a decision. */
  plugins: {
    getSnapshot(): { plugins: readonly Plugin[] };
    subscribe(listener: () => void): () => void;
  };
  onRetry?: (() => void) | undefined;
}

// Inline and in the page's own colours: the host's stylesheet may have no rules for the card.
const faint = 'color-mix(in srgb, currentColor 22%, transparent)';
const card: CSSProperties = {
  border: `1px solid ${faint}`,
  borderRadius: 8,
  padding: '0.75rem 1rem',
  fontSize: '0.875rem',
  lineHeight: 1.5,
  overflowWrap: 'anywhere',
  // The app around the card may centre text, or be as narrow as its text.
  boxSizing: 'border-box',
  width: '100%',
  textAlign: 'start',
};
const alarm: CSSProperties = { ...card, borderInlineStart: '4px solid #dc2626' };
const note: CSSProperties = { ...card, borderStyle: 'dashed' };
const line: CSSProperties = { margin: '0.25rem 0 0' };
const small: CSSProperties = { ...line, fontSize: '0.75rem', opacity: 0.75 };
const button: CSSProperties = {
  marginTop: '0.5rem',
  minHeight: 36,
  padding: '0 0.875rem',
  border: `1px solid ${faint}`,
  borderRadius: 6,
  background: 'transparent',
  color: 'inherit',
  font: 'inherit',
  cursor: 'pointer',
};

const buttons: CSSProperties = { display: 'flex', flexWrap: 'wrap', gap: '0.5rem' };
const command: CSSProperties = {
  display: 'block',
  margin: '0.25rem 0',
  padding: '0.5rem',
  borderRadius: 4,
  background: 'color-mix(in srgb, currentColor 8%, transparent)',
  fontSize: '0.75rem',
  whiteSpace: 'pre-wrap',
};

/** The codes that a retry cannot change: these failures end when the names, the document or the page change. */
const noRetry: Partial<Record<Code, true>> = {
  UNKNOWN_COMPONENT: true,
  AMBIGUOUS_COMPONENT: true,
  DASHBOARD_INVALID: true,
  CONFIG_TOO_DEEP: true,
  CONFIG_NOT_DATA: true,
  HOST_NOT_PUBLISHED: true,
  NAME_TAKEN: true,
  UNSUPPORTED_BROWSER: true,
};

/** Whether the trusted file of a component runs while a newer one waits for the operator (CONTRACT T4). */
const isWaiting = (plugins: readonly Plugin[], { pluginId, component }: WidgetError) =>
  plugins
    .find(({ id }) => id === pluginId)
    ?.components.some(({ name, changed, consented }) => name === component && changed && consented);

/** The kind of text that a card offers to copy. */
const kindOf = (text: string) =>
  text.startsWith('--') ? 'flags' : text.startsWith('npx ') ? 'command' : 'code';

function CopyButton({ text }: { text: string }) {
  const [label, setLabel] = useState(`Copy ${kindOf(text)}`);
  const copy = () =>
    // The clipboard is missing on plain http, and the browser may deny access.
    Promise.resolve(navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setLabel('Copied'),
      () => setLabel('Select the text to copy it'),
    );
  return (
    <button type="button" style={button} onClick={copy} aria-live="polite" title={text}>
      {label}
    </button>
  );
}

/** Shows a failure in the place of its panel: the fact, the remedy, and the plugin and component (CONTRACT F). */
export function ErrorCard({ error, isPending = false, plugins, onRetry }: ErrorCardProps) {
  const { title, fact, fix, copy, pluginId, component, code, details, at, frame } = error;
  const list = useSyncExternalStore(plugins.subscribe, plugins.getSnapshot);
  return (
    <div role={isPending ? 'note' : 'alert'} data-code={code} style={isPending ? note : alarm}>
      <strong>{title}</strong>
      <p style={line}>{fact}</p>
      {frame && details.variant === 'author' && <code style={command}>{frame}</code>}
      <p style={line}>{fix}</p>
      {copy && fix.endsWith(':') && <code style={command}>{copy}</code>}
      {!isPending && isWaiting(list.plugins, error) && (
        <p style={line}>A newer file waits: accept the change where this app asks about plugins.</p>
      )}
      <p style={small}>
        {[[pluginId, component].filter(Boolean).join('/'), at ?? (details.file as string | undefined), code]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <div style={buttons}>
        {onRetry && !isPending && !noRetry[code] && (
          <button type="button" style={button} onClick={onRetry}>
            {code === 'WIDGET_PARKED' ? 'Release' : 'Retry'}
          </button>
        )}
        {copy && <CopyButton text={copy} />}
      </div>
    </div>
  );
}
