import { useLayoutEffect, useRef, type CSSProperties, type ReactNode } from 'react';
import type { WidgetError } from '../contract/index.ts';
import { adoptSheet } from './adopt-sheet.ts';
import * as styles from './card-styles.ts';

const notice: CSSProperties = { ...styles.outer, marginTop: '0.25rem', fontSize: '0.75rem', opacity: 0.8 };

interface NoticeProps {
  error: WidgetError;
  /** The line; in a narrow panel it is the title. @default the fact */
  children?: ReactNode;
}

/** Says in one small line what is wrong with a widget that still runs; the rest on demand. */
export function Notice({ error, children = error.fact }: NoticeProps) {
  const { code, title, fact, fix } = error;
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => adoptSheet(element.current!, styles.SHEET), []);
  return (
    <div ref={element} role="note" data-code={code} style={notice}>
      <details>
        <summary>
          <span className="nvz-wide">{children}</span>
          <span className="nvz-narrow" style={styles.narrow}>
            {title}
          </span>{' '}
          <code className="nvz-wide">{code}</code>
        </summary>
        {fact} {fix}
      </details>
    </div>
  );
}

/** Says below the earlier version of a widget why its update does not run on this page, and what to do. */
export const UpdateNotice = ({ error }: { error: WidgetError }) => (
  <Notice error={error}>The earlier version runs until the page is reloaded.</Notice>
);
