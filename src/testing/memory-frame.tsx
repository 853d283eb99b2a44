import { useEffect, useMemo, useState } from 'react';
import { API_BASE, copyData, type Failure, type WidgetError } from '../contract/index.ts';
import {
  createFailure,
  createLoader,
  publish,
  type Host,
  type ImportModule,
  type NousVizGlobal,
  type Sandbox,
  type Sandboxed,
  type SandboxedWidgetProps,
  type SandboxPage,
  type Widget,
} from '../host/index.ts';
import { Skeleton, WidgetRoot, type Fault } from '../react/index.ts';
import type { InMemoryFrame } from '../sandbox/in-memory.ts';
import { takeStorage } from './opaque-origin.ts';

type ApiFetch = NousVizGlobal['widgets']['apiFetch'];

/** The options of {@link createMemoryFrame}. */
export interface MemoryFrameOptions {
  pluginId: string;
  /** The name of the component, once its module has loaded. */
  component: Promise<string>;
  importModule: ImportModule;
  /** Receives the error of a widget that still runs. */
  onNoted(error: WidgetError): void;
  /** Called for each message between the widget and the page. */
  onTraffic(): void;
}

/** A sandboxed frame in memory: its widget is in the panel, and its requests reach the host over a port. */
export interface MemoryFrame {
  /** The option of the host. */
  sandbox: Sandbox;
  /** Gives the page the global and the storage of a frame. */
  enter(host: Host): { apiFetch: ApiFetch; leave(): void };
  /** Whether a message is under way. */
  isBusy(): boolean;
}

interface FramedProps extends SandboxedWidgetProps {
  Shown: Widget;
  sandboxed: Sandboxed;
  page: SandboxPage;
  open(apiFetch: ApiFetch): InMemoryFrame;
  onNoted(error: WidgetError): void;
  onEnd(): void;
}

/** Renders a widget with the props that a frame gives it, in a React root of its own as there. */
function Framed({ Shown, sandboxed, page, open, onNoted, onEnd, ...props }: FramedProps) {
  const { component, signal, version: hash } = sandboxed;
  const { pluginId, dashboardName, onCrash, onRender } = props;
  const owner = { pluginId, component: component.name };
  const [frame] = useState(() => open((...call) => page.request({ ...owner, signal }, ...call)));
  useEffect(
    () => () => {
      frame.end();
      onEnd();
    },
    [frame, onEnd],
  );
  const config = useMemo(() => copyData(props.config), [props.config]);
  const onFault = ({ code, ...found }: Fault) => {
    const failure = { code, details: { ...owner, hash, ...found } } as Failure;
    void createFailure(failure).then(code === 'UPDATES_ITSELF' ? onNoted : onCrash);
  };
  return (
    <WidgetRoot
      fallback={<Skeleton label={component.name} />}
      hold={frame.hold}
      isHidden={page.areWidgetsHidden}
      {...{ signal, onCrash, onFault, onRender }}
    >
      <Shown {...{ pluginId, dashboardName, config }} host={frame.handle} />
    </WidgetRoot>
  );
}

/** Makes the frame of one widget. The code of the wire loads with the first one. */
export function createMemoryFrame(options: MemoryFrameOptions): MemoryFrame {
  const { pluginId, importModule, onNoted, onTraffic } = options;
  const loading = import('../sandbox/in-memory.ts');
  let component = 'Widget';
  void options.component.then((name) => (component = name));
  let host: Host;
  let connect: typeof import('../sandbox/in-memory.ts').connectInMemory;
  let frame: InMemoryFrame | undefined;
  /** `apiFetch` of the panel, which names the component in the host's activity. */
  let ofPanel: ApiFetch | undefined;
  let hasLeft = false;

  function open(): InMemoryFrame {
    const { widgets } = host;
    const apiFetch: ApiFetch = (...given) => (ofPanel ?? widgets.apiFetch)(...given);
    frame ??= connect({ pluginId, component, apiBase: API_BASE, widgets, apiFetch, onTraffic });
    return frame;
  }
  /** For code that has no props, which may run before the panel. */
  const apiFetch: ApiFetch = async (...given) => {
    ({ connectInMemory: connect } = await loading);
    // A module may keep it for later tests, whose widget then answers.
    if (hasLeft) return host.widgets.apiFetch(...given);
    return open().widgets.apiFetch(...given);
  };
  const openFor = (panel: ApiFetch) => {
    ofPanel = panel;
    return open();
  };
  const onEnd = () => void (frame = ofPanel = undefined);
  const loadBundle = createLoader({
    apiBase: API_BASE,
    fetch: (...given) => host.widgets.apiFetch(...given),
    importModule,
    audience: 'author',
  });

  return {
    async sandbox(sandboxed, attempt, page) {
      // The gate is the page's; in a frame, the bundle is what the frame may run.
      const Shown = await loadBundle(sandboxed as never, attempt);
      ({ connectInMemory: connect } = await loading);
      const given = { Shown, sandboxed, page, open: openFor, onNoted, onEnd };
      return (props) => <Framed {...props} {...given} />;
    },
    enter(page) {
      host = page;
      Reflect.deleteProperty(globalThis, 'NousViz');
      const unpublish = publish(Object.freeze({ ...page.widgets, apiFetch }), false);
      const restore = takeStorage();
      return {
        apiFetch,
        leave() {
          hasLeft = true;
          frame?.end();
          restore();
          unpublish();
        },
      };
    },
    isBusy: () => frame?.isBusy() === true,
  };
}
