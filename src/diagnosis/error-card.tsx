import { useState, type CSSProperties } from 'react';
import type { Code, WidgetError } from '../contract/errors.ts';
import { tell } from '../contract/messages.ts';

/** What an error card can offer to do. */
interface CardProps {
  error: WidgetError;
  onRetry?: (() => void) | undefined;
}

// Inline and in the page's own colours: the card must look right on hosts whose style sheet never saw it.
const faint = 'color-mix(in srgb, currentColor 22%, transparent)';
const card: CSSProperties = {
  border: `1px solid ${faint}`,
  borderRadius: 8,
  padding: '0.75rem 1rem',
  fontSize: '0.875rem',
  lineHeight: 1.5,
  overflowWrap: 'anywhere',
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

/** Asking again changes nothing about these: they heal by themselves when names or the document change. */
const hopeless: Partial<Record<Code, true>> = {
  UNKNOWN_COMPONENT: true,
  AMBIGUOUS_COMPONENT: true,
  DASHBOARD_INVALID: true,
  CONFIG_TOO_DEEP: true,
  HOST_NOT_PUBLISHED: true,
};

function CopyButton({ text }: { text: string }) {
  const [said, setSaid] = useState('Copy');
  const copy = () =>
    // Not there on plain http, and the browser may deny it.
    Promise.resolve(navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setSaid('Copied'),
      () => setSaid('Select the text to copy it'),
    );
  return (
    <button type="button" style={button} onClick={copy} aria-live="polite" title={text}>
      {said}
    </button>
  );
}

/** A failure, told where the panel would be: what, why, what to do, whose (CONTRACT F). */
export function ErrorCard({ error, onRetry }: CardProps) {
  const { title, cause, fix, copy } = tell(error);
  const { pluginId, component, code, details } = error;
  // What waits for somebody's decision is no failure.
  const waits = details.refused === true;
  return (
    <div role={waits ? 'note' : 'alert'} data-code={code} style={waits ? note : alarm}>
      <strong>{title}</strong>
      <p style={line}>{cause}</p>
      <p style={line}>{fix}</p>
      {copy && fix.endsWith(':') && <code style={command}>{copy}</code>}
      <p style={small}>
        {[[pluginId, component].filter(Boolean).join('/'), details.file, code].filter(Boolean).join(' · ')}
      </p>
      <div style={buttons}>
        {onRetry && !waits && !hopeless[code] && (
          <button type="button" style={button} onClick={onRetry}>
            {code === 'WIDGET_PARKED' ? 'Release' : 'Retry'}
          </button>
        )}
        {copy && <CopyButton text={copy} />}
      </div>
    </div>
  );
}
