import type { ReactNode } from 'react';
import type { WidgetError } from '../contract/index.ts';

interface NoticeProps {
  error: WidgetError;
  /** By default the fact. */
  children?: ReactNode;
}

/** Says in one small line what is wrong with a widget that still runs. */
export const Notice = ({ error, children = error.fact }: NoticeProps) => (
  <p
    role="note"
    data-code={error.code}
    title={error.fix}
    style={{ margin: '0.25rem 0 0', fontSize: '0.75rem', opacity: 0.8 }}
  >
    {children} <code>{error.code}</code>
  </p>
);

/** Says below the earlier version of a widget why its update does not run on this page, and what to do. */
export const UpdateNotice = ({ error }: { error: WidgetError }) => (
  <Notice error={error}>
    The earlier version runs until the page is reloaded. {error.fact} {error.fix}
  </Notice>
);
