import { createElement, memo, useEffect, useMemo, useState } from 'react';
import { freezeCopy, type Config, type Failure, type WidgetError } from '../contract/index.ts';
import { createHandle, type HostInternals, type Owner, type Status } from '../host/index.ts';
import { FailureCard } from './failure-card.tsx';
import { Notice, PanelFrame, Skeleton } from './panel-frame.tsx';
import { useWidget } from './use-widget.ts';
import { Guard, WidgetRoot } from './widget-root.tsx';

interface WaitingProps {
  internals: HostInternals;
  owner: Owner;
  onRetry: () => void;
}

/** Shows a skeleton, and after `loadTimeout` a card (CONTRACT F9). */
function Waiting({ internals, owner, onRetry }: WaitingProps) {
  const [late, setLate] = useState<Failure>();
  const { loadTimeout } = internals;
  const { pluginId, component } = owner;
  useEffect(() => {
    const began = new Date();
    const timer = setTimeout(() => {
      const since = began.toLocaleTimeString();
      setLate({ code: 'LOAD_TIMEOUT', details: { pluginId, component, since } });
    }, loadTimeout);
    return () => clearTimeout(timer);
  }, [loadTimeout, pluginId, component]);
  return late ? (
    <FailureCard internals={internals} failure={late} onRetry={onRetry} />
  ) : (
    <Skeleton label={component} />
  );
}

/** The props of {@link Panel}. */
export interface PanelProps {
  internals: HostInternals;
  /** The plugin whose dashboard has the panel. */
  pluginId: string;
  component: string;
  dashboardName: string;
  config: Config;
  label?: string | undefined;
}

/** The failure of a status; `undefined` for a status without a failure. */
function failureOf(
  status: Status,
  { pluginId, component, internals }: Pick<PanelProps, 'pluginId' | 'component' | 'internals'>,
): Failure | WidgetError | undefined {
  if ('error' in status) return status.error;
  if (status.status === 'refused') {
    const { code, file, owner } = status;
    return { code, details: { ...owner, file } } as Failure;
  }
  if (status.status !== 'unknown') return undefined;
  const details = { pluginId, component, name: component };
  return status.code === 'AMBIGUOUS_COMPONENT'
    ? { code: status.code, details: { ...details, candidates: status.candidates } }
    : { code: status.code, details: { ...details, names: internals.registry.names() } };
}

/** Shows one component of a plugin, or why it cannot be shown (CONTRACT D, F, T1). */
export const Panel = memo(function Panel({
  internals,
  pluginId,
  component,
  dashboardName,
  config,
  label,
}: PanelProps) {
  const { status, owner, Widget, signal, error, notice, retry, ...events } = useWidget(
    internals,
    pluginId,
    component,
  );
  const plain = useMemo(() => freezeCopy(config), [config]);
  const failure = useMemo(() => {
    if (error) return error;
    if (plain) return failureOf(status, { pluginId, component, internals });
    return { code: 'CONFIG_TOO_DEEP', details: { pluginId, component, name: component } } as const;
  }, [error, plain, status, pluginId, component, internals]);

  const { helpers, request } = internals;
  const { pluginId: id, component: name } = owner;
  const held = useMemo(
    () =>
      Widget && signal
        ? createHandle(helpers, request, { pluginId: id, component: name }, signal)
        : undefined,
    [helpers, request, id, name, signal, Widget],
  );

  const isReady = status.status === 'ready';
  const shownStatus = failure && isReady ? 'failed' : Widget || !isReady ? status.status : 'loading';
  const waiting = <Waiting internals={internals} owner={owner} onRetry={retry} />;
  const element =
    Widget &&
    createElement(Widget, {
      pluginId: id,
      dashboardName,
      config: plain!,
      ...(held && { host: held.handle }),
    });

  return (
    <PanelFrame
      panel={name.includes('/') ? name : `${id}/${name}`}
      status={shownStatus}
      label={label || name}
    >
      {label && <h3 style={{ margin: '0 0 0.5rem', fontSize: '0.875rem', fontWeight: 600 }}>{label}</h3>}
      {failure ? (
        <FailureCard
          internals={internals}
          failure={failure}
          isPending={status.status === 'refused'}
          onRetry={retry}
        />
      ) : !element ? (
        waiting
      ) : held && signal ? (
        <WidgetRoot fallback={waiting} signal={signal} hold={held.hold} {...events}>
          {element}
        </WidgetRoot>
      ) : (
        // The host's own components render in the host's tree, with its contexts.
        <Guard fallback={waiting} onCrash={events.onCrash}>
          {element}
        </Guard>
      )}
      {notice && !failure && <Notice error={notice} />}
    </PanelFrame>
  );
});
