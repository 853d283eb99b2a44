import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { jsx } from 'react/jsx-runtime';
import { copyData, messageOf, type Config, type Failure, type WidgetError } from '../contract/index.ts';
import {
  createHandle,
  failureFor,
  type HostInternals,
  type Owner,
  type Ready,
  type Status,
} from '../host/index.ts';
import { FailureCard } from './failure-card.tsx';
import { frameOf, heading, Skeleton } from './panel-frame.tsx';
import { useWidget } from './use-widget.ts';
import { Guard, WidgetRoot } from './widget-root.tsx';

interface WaitingProps {
  internals: HostInternals;
  owner: Owner;
  status: Status;
  onRetry: () => void;
}

/** Shows a skeleton, and after `loadTimeout` a card (CONTRACT F9). A retry starts again with the skeleton. */
function Waiting({ internals, owner, status, onRetry }: WaitingProps) {
  const [late, setLate] = useState<Failure>();
  const current = useRef(status);
  useEffect(() => void (current.current = status));
  const { loadTimeout } = internals;
  const { pluginId, component } = owner;
  useEffect(() => {
    if (late) return undefined;
    const began = new Date();
    const timer = setTimeout(() => {
      const since = began.toLocaleTimeString();
      const make = (): Failure => ({ code: 'LOAD_TIMEOUT', details: { pluginId, component, since } });
      // The panels of a component wait for one load; a widget that suspends concerns its own panel.
      setLate(current.current.status === 'loading' ? failureFor(current.current, make) : make());
    }, loadTimeout);
    return () => clearTimeout(timer);
  }, [late, loadTimeout, pluginId, component]);
  const retry = () => {
    setLate(undefined);
    onRetry();
  };
  return late ? (
    <FailureCard internals={internals} failure={late} onRetry={retry} />
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
  /** Whether the panel has its styles, see {@link useStyled}. A dashboard has no panels on a server. @default true */
  isStyled?: boolean;
}

/** The failure of a status, one for all its panels; `undefined` for a status without a failure. */
function failureOf(
  status: Status,
  { pluginId, component, internals }: Pick<PanelProps, 'pluginId' | 'component' | 'internals'>,
): Failure | WidgetError | undefined {
  if ('error' in status) return status.error;
  if (status.status === 'refused') {
    const { code, file, owner } = status;
    return failureFor(status, () => ({ code, details: { ...owner, file } }) as Failure);
  }
  if (status.status !== 'unknown') return undefined;
  const details = { pluginId, component, name: component };
  return failureFor(status, () =>
    status.code === 'AMBIGUOUS_COMPONENT'
      ? { code: status.code, details: { ...details, candidates: status.candidates } }
      : { code: status.code, details: { ...details, names: internals.registry.names() } },
  );
}

/** Copies a config and checks it, or returns the reason why the widget cannot have it. */
function copyOf(
  config: Config,
  check: Ready['check'] = (copied) => copied,
): { config: Config; cause?: never } | { config?: never; cause: unknown } {
  try {
    return { config: check(copyData(config)) };
  } catch (cause) {
    return { cause };
  }
}

/**
 * The failure of a config, whose code the words of failures know. Equal causes are one failure, since a host may make a new config for
 * each render.
 */
function useFailureOfConfig(cause: unknown, pluginId: string, component: string): Failure | undefined {
  const message = messageOf(cause);
  return useMemo(
    () =>
      cause === undefined ? undefined : { code: 'CONFIG_INVALID', details: { pluginId, component, cause } },
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the message stands for the cause
    [message, pluginId, component],
  );
}

/** Shows one component of a plugin, or why it cannot be shown (CONTRACT D, F, T1). */
export const Panel = memo(function Panel({
  internals,
  pluginId,
  component,
  dashboardName,
  config,
  label,
  isStyled = true,
}: PanelProps) {
  const { status, owner, Widget, signal, error, notice, retry, ...events } = useWidget(
    internals,
    pluginId,
    component,
  );
  const ready = status.status === 'ready' ? status : undefined;
  const check = ready?.check;
  const plain = useMemo(() => copyOf(config, check), [config, check]);
  const invalid = useFailureOfConfig(plain.cause, pluginId, component);
  const failure = error ?? invalid ?? failureOf(status, { pluginId, component, internals });

  const { pluginId: id, component: name } = owner;
  const held = useMemo(
    () => (Widget && signal ? createHandle(internals.helpers, internals.request, owner, signal) : undefined),
    [internals, owner, signal, Widget],
  );

  const shownStatus = failure && ready ? 'failed' : Widget || !ready ? status.status : 'loading';
  const waiting = <Waiting internals={internals} owner={owner} status={status} onRetry={retry} />;
  const given = { pluginId: id, dashboardName, config: plain.config!, ...(ready?.isSandboxed && events) };
  // React 19 passes these very props, so that a widget that does not read its handle has none. React 18 copies them.
  const element =
    Widget &&
    (held
      ? jsx(Widget, {
          ...given,
          get host() {
            return held.handle;
          },
        })
      : jsx(Widget, given));

  return (
    <section {...frameOf(name.includes('/') ? name : `${id}/${name}`, shownStatus, label || name, isStyled)}>
      {label && <h3 style={isStyled ? heading : undefined}>{label}</h3>}
      {failure ? (
        <FailureCard
          internals={internals}
          failure={failure}
          isPending={status.status === 'refused'}
          onRetry={retry}
        />
      ) : !element ? (
        waiting
      ) : held ? (
        <WidgetRoot
          key={ready?.hash}
          fallback={waiting}
          signal={signal!}
          hold={held.hold}
          isHidden={internals.areWidgetsHidden}
          {...events}
        >
          {element}
        </WidgetRoot>
      ) : (
        // The host's own components render in the host's tree, with its contexts. So does a frame, whose plugin has no code in this page.
        <Guard fallback={waiting} onCrash={events.onCrash}>
          {element}
        </Guard>
      )}
      {!failure && notice}
      {ready?.update && <FailureCard internals={internals} failure={ready.update} isUpdate />}
    </section>
  );
});
