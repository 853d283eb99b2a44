import { createElement, memo, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { freezeCopy, type Config, type Failure, type WidgetError } from '../contract/index.ts';
import {
  createFailure,
  createHandle,
  spendCrash,
  type HostInternals,
  type Owner,
  type Status,
  type Widget,
} from '../host/index.ts';
import { FailureCard } from './failure-card.tsx';
import { PanelFrame, Skeleton } from './panel-frame.tsx';
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

/** The state of one panel alone: the widget that it reloaded, or the error of its widget. */
interface PanelState {
  slot: object;
  Widget?: Widget;
  error?: WidgetError;
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
  const { registry, helpers, request } = internals;
  const status = useSyncExternalStore(
    useCallback(
      (listener) => registry.subscribe(pluginId, component, listener),
      [registry, pluginId, component],
    ),
    () => registry.getStatus(pluginId, component),
  );
  const plain = useMemo(() => freezeCopy(config), [config]);
  const [own, setOwn] = useState<PanelState>();

  const ready = status.status === 'ready' ? status : undefined;
  const mine = ready && own?.slot === ready.slot ? own : undefined;
  const crashed = mine?.error;
  const failure = useMemo(() => {
    if (crashed) return crashed;
    if (plain) return failureOf(status, { pluginId, component, internals });
    return { code: 'CONFIG_TOO_DEEP', details: { pluginId, component, name: component } } as const;
  }, [crashed, plain, status, pluginId, component, internals]);
  const Widget = mine ? mine.Widget : ready?.Widget;
  const { pluginId: owner = pluginId, component: name = component } =
    ('owner' in status && status.owner) || {};

  const signal = ready?.signal;
  const held = useMemo(
    () =>
      Widget && signal
        ? createHandle(helpers, request, { pluginId: owner, component: name }, signal)
        : undefined,
    [helpers, request, owner, name, signal, Widget],
  );
  // Neither a layout effect nor an effect within the widget's root: React removes and restores those while a widget suspends, and
  // the widget may suspend for a request of this handle.
  useEffect(() => held?.hold(), [held]);

  const retry = () => {
    if (!ready) return internals.retry(pluginId, component);
    const { slot } = ready;
    setOwn({ slot });
    return registry.reload(pluginId, component).then(
      (reloaded) => setOwn({ slot, Widget: reloaded }),
      (error: WidgetError) => setOwn({ slot, error }),
    );
  };
  const fail = async (making: Promise<WidgetError>, isRemoved = false) => {
    if (!ready) return;
    const { slot } = ready;
    if (!isRemoved) setOwn({ slot });
    const error = await making;
    internals.report(error);
    if (isRemoved) return;
    setOwn({ slot, error });
    const { crashBudget } = internals;
    const count = spendCrash(slot, crashBudget);
    if (!count) return;
    const seconds = crashBudget.within / 1000;
    const details = { pluginId: owner, component: name, count, seconds, message: error.fact };
    registry.park(slot, await createFailure({ code: 'WIDGET_PARKED', details }));
  };
  const onCrash = (cause: unknown, isRemoved?: boolean) =>
    void fail(internals.explainCrash({ pluginId: owner, component: name }, cause), isRemoved);
  const onLoop = (count: number) =>
    void fail(createFailure({ code: 'RENDER_LOOP', details: { pluginId: owner, component: name, count } }));
  const waiting = (
    <Waiting internals={internals} owner={{ pluginId: owner, component: name }} onRetry={retry} />
  );
  const element =
    Widget &&
    createElement(Widget, {
      pluginId: owner,
      dashboardName,
      config: plain!,
      ...(held && { host: held.handle }),
    });

  return (
    <PanelFrame
      panel={name.includes('/') ? name : `${owner}/${name}`}
      status={failure && ready ? 'failed' : Widget || !ready ? status.status : 'loading'}
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
      ) : signal ? (
        <WidgetRoot fallback={waiting} onCrash={onCrash} onLoop={onLoop}>
          {element}
        </WidgetRoot>
      ) : (
        // The host's own components render in the host's tree, with its contexts.
        <Guard fallback={waiting} onCrash={onCrash}>
          {element}
        </Guard>
      )}
    </PanelFrame>
  );
});
