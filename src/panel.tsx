import {
  createContext,
  createElement,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { freezeCopy, type Config } from './config.ts';
import { WidgetError } from './errors.ts';
import { Guard, Island } from './island.tsx';
import type { Widget } from './loader.ts';
import type { Registry, Status } from './registry.ts';
import type { DashboardSpec } from './spec.ts';
import { loadFailure } from './told.ts';

/** What panels need of a host. */
export interface PanelHost {
  registry: Registry;
  /** Tries a failed component again, or the plugin list where that is what failed. */
  retry(pluginId: string, name: string): void;
  /** Writes a failure's line to the console, once. */
  report(error: WidgetError): unknown;
  loadDashboard(pluginId: string, name: string, signal?: AbortSignal): Promise<DashboardSpec>;
}

/** The host that the panels below belong to; `HostProvider` fills it. */
export const HostContext = createContext<PanelHost | null>(null);

/** The host around a component. @throws {WidgetError} `HOST_MISSING`. */
export function usePanelHost(who: string): PanelHost {
  const host = useContext(HostContext);
  if (!host) throw new WidgetError('HOST_MISSING', { message: `${who} is outside <HostProvider>.` });
  return host;
}

/** What stands where something will be. */
export const Skeleton = ({ label }: { label: string }) => (
  <div role="status" aria-label={`${label} is loading`} style={{ minHeight: '4rem' }} />
);

type Failure = Awaited<ReturnType<typeof loadFailure>>;

/** A failure's card, loaded with the first one, and its line in the console. */
export function Failure({ error, onRetry }: { error: WidgetError; onRetry?: (() => void) | undefined }) {
  const { report } = usePanelHost('<Failure>');
  const [loaded, setLoaded] = useState<Failure | 'never'>();
  useEffect(() => {
    loadFailure().then(setLoaded, () => setLoaded('never'));
  }, []);
  useEffect(() => {
    if (error.code !== 'AWAITING_CONSENT') report(error);
  }, [report, error]);
  if (!loaded) return <Skeleton label="Error" />;
  if (loaded !== 'never') return <loaded.ErrorCard error={error} onRetry={onRetry} />;
  // Nothing more can be had: the server that should hand out the words is the one that is down.
  return (
    <div role="alert" data-code={error.code}>
      {error.message} <button onClick={onRetry}>Retry</button>
    </div>
  );
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

/** What {@link CustomPanel} takes. */
export interface CustomPanelProps {
  /** The plugin whose dashboard the panel stands on; its own components come first (CONTRACT D4). */
  pluginId: string;
  /** `Name`, or `plugin-id/Name` for another plugin's. */
  component: string;
  dashboardName: string;
  /** Plain data for the widget, which gets a frozen copy. @default {} */
  config?: Config;
  /** A heading above the widget. */
  label?: string | undefined;
}

// What one panel alone knows of a widget: the instance it loaded anew, or why it shows none.
interface Own {
  slot: object;
  Widget?: Widget;
  error?: WidgetError;
}

/** Shows one component of a plugin, or says exactly why it cannot (CONTRACT D, F, T1). */
export function CustomPanel({ pluginId, component, dashboardName, config = EMPTY, label }: CustomPanelProps) {
  const { registry, report, retry } = usePanelHost('<CustomPanel>');
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
    if (!('code' in wrong)) return wrong.status === 'failed' ? wrong.error : undefined;
    return new WidgetError(wrong.code, {
      pluginId,
      component,
      name: component,
      names: registry.names,
      ...wrong,
    });
  }, [failed, plain, status, pluginId, component, registry]);
  const Widget = mine ? mine.Widget : ready?.Widget;
  const { pluginId: owner = pluginId, component: name = component } =
    ('owner' in status && status.owner) || {};

  const reload = (slot: object) => {
    setOwn({ slot });
    registry.reload(pluginId, component).then(
      (Widget) => setOwn({ slot, Widget }),
      (error: WidgetError) => setOwn({ slot, error }),
    );
  };
  const onCrash = (cause: unknown) => {
    const error = new WidgetError('WIDGET_CRASHED', { pluginId: owner, component: name, cause });
    report(error);
    if (ready) setOwn({ slot: ready.slot, error });
  };
  // The host's own components stay in its tree, where its contexts are.
  const Enclosure = ready?.builtIn ? Guard : Island;

  return (
    <PanelFrame
      panel={`${owner}/${name}`}
      status={error && ready ? 'failed' : Widget || !ready ? status.status : 'loading'}
      label={label || name}
    >
      {label && <h3 style={{ margin: '0 0 0.5rem', fontWeight: 600 }}>{label}</h3>}
      {error ? (
        <Failure error={error} onRetry={() => (ready ? reload(ready.slot) : retry(pluginId, component))} />
      ) : Widget ? (
        <Enclosure fallback={<Skeleton label={name} />} onCrash={onCrash}>
          {createElement(Widget, { pluginId: owner, dashboardName, config: plain! })}
        </Enclosure>
      ) : (
        <Skeleton label={name} />
      )}
    </PanelFrame>
  );
}

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
