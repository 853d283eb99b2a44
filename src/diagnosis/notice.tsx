import type { WidgetError } from '../contract/index.ts';

/** Says in one small line what is wrong with a widget that still runs. */
export const Notice = ({ error }: { error: WidgetError }) => (
  <p
    role="note"
    data-code={error.code}
    title={error.fix}
    style={{ margin: '0.25rem 0 0', fontSize: '0.75rem', opacity: 0.8 }}
  >
    {error.fact} <code>{error.code}</code>
  </p>
);
