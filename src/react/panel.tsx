import {
  createElement,
  memo,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { spendCrash } from '../host/crash-budget.ts';
import { freezeCopy, type Config } from '../contract/data.ts';
import type { CustomPanelProps } from './dashboard.tsx';
import { WidgetError, type Details } from '../contract/errors.ts';
import type { Host } from '../host/host.ts';
import { Guard, Island } from './widget-root.tsx';
import { createHandle } from '../host/handle.ts';
import type { Widget } from '../host/loader.ts';
import type { Status } from '../host/registry.ts';
import { loadFailure } from '../host/told.ts';

type FailureModule = Awaited<ReturnType<typeof loadFailure>>;

interface FailureProps {
  host: Host;
  error: WidgetError;
  onRetry?: (() => void) | undefined;
}

/** What stands where something will be. */
export const Skeleton = ({ label }: { label: string }) => (
  <div role="status" aria-label={`${label} is loading`} style={{ minHeight: '4rem' }} />
);

/** A failure's card, loaded with the first one, and its line in the console. */
export function Failure({ host, error, onRetry }: FailureProps) {
  const [loaded, setLoaded] = useState<FailureModule | 'never'>();
  useEffect(() => {
    loadFailure().then(setLoaded, () => setLoaded('never'));
  }, []);
  useEffect(() => {
    if (!error.details.refused) host.report(error);
  }, [host, error]);
  if (!loaded) return <Skeleton label="Error" />;
  if (loaded !== 'never') return <loaded.ErrorCard error={error} onRetry={onRetry} />;
  // Nothing more can be had: the server that should hand out the words is the one that is down.
  return (
    <div role="alert" data-code={error.code}>
      {error.message} <button onClick={onRetry}>Retry</button>
    </div>
  );
}

interface WaitingProps {
  host: Host;
  /** Whom it concerns. */
  details: Details & { component: string };
  onRetry: () => void;
}

/** A skeleton, which says so once it has stood for too long (CONTRACT F9). */
export function Waiting({ host, details, onRetry }: WaitingProps) {
  const [late, setLate] = useState<WidgetError>();
  const { pluginId, component } = details;
  useEffect(() => {
    const began = new Date();
    const timer = setTimeout(() => {
      const since = began.toLocaleTimeString();
      setLate(new WidgetError('LOAD_TIMEOUT', { pluginId, component, since }));
    }, host.loadTimeout);
    return () => clearTimeout(timer);
  }, [host, pluginId, component]);
  return late ? <Failure host={host} error={late} onRetry={onRetry} /> : <Skeleton label={component} />;
}

/** The element of one panel, of a widget or of the host's; as high as its row. */
export function PanelFrame(props: { panel: string; status: string; label: string; children: ReactNode }) {
  return (
    <section
      data-panel={props.panel}
      data-status={props.status}
      aria-label={props.label}
      style={{ display: 'flex', flexDirection: 'column', height: '100%' }}
    >
      {props.children}
    </section>
  );
}

// What one panel alone knows of a widget: the instance it loaded anew, or why it shows none.
interface Own {
  slot: object;
  Widget?: Widget;
  error?: WidgetError;
}

/** One component of a plugin, or exactly why it cannot be shown (CONTRACT D, F, T1). */
export const Panel = memo(function Panel({
  host,
  pluginId,
  component,
  dashboardName,
  config = EMPTY,
  label,
}: CustomPanelProps & { host: Host }) {
  const { registry } = host;
  const status = useSyncExternalStore(
    useCallback(
      (listener) => registry.subscribe(pluginId, component, listener),
      [registry, pluginId, component],
    ),
    () => registry.getSnapshot(pluginId, component),
  );
  const plain = useMemo(() => copyOf(config), [config]);
  const [own, setOwn] = useState<Own>();

  const ready = status.status === 'ready' ? status : undefined;
  const mine = ready && own?.slot === ready.slot ? own : undefined;
  const failed = mine?.error;
  const error = useMemo(() => {
    if (failed) return failed;
    // A config that is too deep to copy is no plain data.
    const wrong: Status = plain ? status : { status: 'unknown', code: 'CONFIG_TOO_DEEP' };
    if ('error' in wrong) return wrong.error;
    if (!('code' in wrong)) return undefined;
    return new WidgetError(wrong.code, {
      pluginId,
      component,
      name: component,
      names: registry.names,
      ...wrong,
      refused: wrong.status === 'refused',
      ...('owner' in wrong && wrong.owner),
    });
  }, [failed, plain, status, pluginId, component, registry]);
  const Widget = mine ? mine.Widget : ready?.Widget;
  const { pluginId: owner = pluginId, component: name = component } =
    ('owner' in status && status.owner) || {};

  const signal = ready?.signal;
  const held = useMemo(
    () => (Widget && signal ? createHandle(host, { pluginId: owner, component: name }, signal) : undefined),
    [host, owner, name, signal, Widget],
  );
  // Not a layout effect, nor one within the island: those come and go with a widget that suspends, and it may be a request
  // that it waits for.
  useEffect(() => held?.hold(), [held]);

  const retry = () => {
    if (!ready) return host.retry(pluginId, component);
    const { slot } = ready;
    setOwn({ slot });
    return registry.reload(pluginId, component).then(
      (Widget) => setOwn({ slot, Widget }),
      (error: WidgetError) => setOwn({ slot, error }),
    );
  };
  const onCrash = async (cause: unknown, left?: boolean) => {
    if (!ready) return;
    if (!left) setOwn({ slot: ready.slot });
    const error = await host.explainCrash({ pluginId: owner, component: name }, cause);
    // Told by then, so that a parked widget's card can quote it.
    await host.report(error);
    if (left) return;
    setOwn({ slot: ready.slot, error });
    const count = spendCrash(ready.slot, host.crashBudget);
    if (!count) return;
    const details = { ...error.details, count, seconds: host.crashBudget.within / 1000 };
    registry.park(ready.slot, new WidgetError('WIDGET_PARKED', { ...details, message: error.message }));
  };
  const waiting = <Waiting host={host} details={{ pluginId: owner, component: name }} onRetry={retry} />;
  // The host's own components stay in its tree, where its contexts are.
  const Enclosure = ready?.signal ? Island : Guard;

  return (
    <PanelFrame
      panel={name.includes('/') ? name : `${owner}/${name}`}
      status={error && ready ? 'failed' : Widget || !ready ? status.status : 'loading'}
      label={label || name}
    >
      {label && <h3 style={{ margin: '0 0 0.5rem', fontSize: '0.875rem', fontWeight: 600 }}>{label}</h3>}
      {error ? (
        <Failure host={host} error={error} onRetry={retry} />
      ) : Widget ? (
        <Enclosure fallback={waiting} onCrash={onCrash}>
          {createElement(Widget, {
            pluginId: owner,
            dashboardName,
            config: plain!,
            ...(held && { host: held.handle }),
          })}
        </Enclosure>
      ) : (
        waiting
      )}
    </PanelFrame>
  );
});

const EMPTY: Config = {};

function copyOf(config: Config): Config | undefined {
  try {
    return freezeCopy(config, () => {
      throw undefined;
    });
  } catch {
    return undefined;
  }
}
