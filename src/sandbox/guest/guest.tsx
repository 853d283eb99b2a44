import { createElement, type CSSProperties } from 'react';
import { flushSync } from 'react-dom';
import { copyData, importUrl, messageOf, type Failure, type WidgetError } from '../../contract/index.ts';
import { standardHelpers, type Widgets } from '../../helpers/index.ts';
import {
  createFailure,
  createLoader,
  createStore,
  loadDiagnosis,
  publish,
  type Sandboxed,
  type Widget,
} from '../../host/index.ts';
import { startWidget, widgetPlace, type Fault, type RunningWidget } from '../../react/index.ts';
import {
  WIRE,
  type FrameComponent,
  type FrameProps,
  type FrameStart,
  type ToFrame,
  type ToPage,
} from '../protocol.ts';
import { createThemeApplier } from './apply-theme.ts';
import { failureOf, silentFailure } from './failure.ts';
import { followRefusals } from './follow-refusals.ts';
import { handleForms } from './forms.ts';
import { createFrameHandle } from './handle.ts';
import { allowOwnFiles, lockDown } from './lock-down.ts';
import { followHeight } from './measure.ts';
import { createPortFetch, type PortFetch } from './port-fetch.ts';
import { reportRefused } from './report-refused.ts';

lockDown();
handleForms();

/** The host API's URL, which serves this page. */
const apiBase = location.href.slice(0, location.href.indexOf('/widget-runtime/'));
const fetchFile = fetch.bind(window);
/** The page removes the whole frame when trust is revoked. */
const revoked = new AbortController().signal;
const isHidden = createStore(false);

/** The codes of failures that code of the widget has thrown, perhaps since the frame refuses a power. */
const THROWN: ReadonlySet<unknown> = new Set([
  'BUNDLE_THREW',
  'IMPORT_FAILED',
  'ROUTE_REFUSED',
  'UNCAUGHT_ERROR',
  'WIDGET_CRASHED',
]);

type Send = (message: ToPage, transfer?: Transferable[]) => void;

/** Loads the widget as a page does. */
async function load({ pluginId, hash, attempt, audience, ...declared }: FrameComponent): Promise<Widget> {
  const { name, path, filename } = declared;
  const component = { name, path, filename };
  // In a frame, the bundle is what the frame may run: the gate is the page's.
  const admitted = { pluginId, component, version: hash, signal: revoked } as unknown as Sandboxed;
  await allowOwnFiles(apiBase, pluginId);
  const loadBundle = createLoader({ apiBase, fetch: fetchFile, importModule: importUrl, audience });
  return loadBundle(admitted as never, attempt);
}

/** Adds an element of the page around the widget. */
function addElement(parent: HTMLElement, style: CSSProperties = {}): HTMLElement {
  const element = document.createElement('div');
  Object.assign(element.style, style);
  parent.append(element);
  return element;
}

/** Runs the widget until the frame is removed. */
function run(component: FrameComponent, first: FrameProps, widgets: Widgets, send: Send) {
  const root = addElement(document.body);
  root.id = 'nousviz-root';
  // As in a panel.
  const column = addElement(root, { display: 'flex', flexDirection: 'column', minWidth: 0, height: '100%' });
  const rest = addElement(column, widgetPlace);
  const { pluginId, name, path: file, filename, hash, audience } = component;
  const { handle, hold } = createFrameHandle(widgets, { pluginId, component: name }, revoked);
  let props = first;
  let Shown: Widget | undefined;
  let hasFailed = false;

  const place = { pluginId, component: name, file, hash };
  const uncaught = (cause: unknown, message: string): Failure => ({
    code: 'UNCAUGHT_ERROR',
    details: { ...place, cause, message },
  });
  const refusals = followRefusals((refusal) => send({ type: 'noted', failure: silentFailure(refusal) }));

  async function report(type: 'failed' | 'noted', error: WidgetError) {
    const refusal = THROWN.has(error.code) ? await refusals.find(error.cause ?? error) : undefined;
    send({ type, failure: failureOf(error, refusal) });
  }
  function fail(error: WidgetError) {
    if (!hasFailed) void report('failed', error);
    hasFailed = true;
  }
  const failWith = (failure: Failure) => void createFailure(failure).then(fail);

  async function explain(cause: unknown) {
    const { diagnoseCrash } = await loadDiagnosis();
    const declared = { name, path: file, filename };
    fail(
      await diagnoseCrash({
        ...place,
        cause,
        declared,
        apiBase,
        audience,
        fetch: fetchFile,
        importModule: importUrl,
      }),
    );
  }

  const note = async (failure: Failure) => report('noted', await createFailure(failure));

  const events = {
    fallback: null,
    signal: revoked,
    hold,
    isHidden,
    onCrash: (cause: unknown) => void explain(cause),
    onFault({ code, ...found }: Fault) {
      const failure = { code, details: { ...place, ...found } } as Failure;
      if (code === 'UPDATES_ITSELF') void note(failure);
      else failWith(failure);
    },
    onRender() {
      let type: 'rendered' | 'height' = 'rendered';
      function sendHeight(height: number) {
        send({ type, height });
        type = 'height';
      }
      // After the widget has got the height of its room, which is no change.
      queueMicrotask(() => followHeight(root, sendHeight));
    },
  };
  let widget: RunningWidget | undefined;
  function render() {
    if (!Shown || hasFailed) return;
    const { dashboardName, config } = props;
    const children = createElement(Shown, {
      pluginId,
      dashboardName,
      config: copyData(config),
      host: handle,
    });
    if (widget) return widget.render({ ...events, children });
    widget = startWidget(rest, events);
    // At once, as in a page, where a panel renders its widget in its layout effect: React's own task would come after those of all
    // other frames.
    flushSync(() => widget?.render({ ...events, children }));
  }

  const onUncaught = (cause: unknown) => void note(uncaught(cause, messageOf(cause)));
  addEventListener('error', ({ error, filename: script, message }) => {
    // The browser's own notices have no error and no file of the plugin.
    if (error !== null || script.includes('/widget/')) onUncaught(error ?? message);
  });
  addEventListener('unhandledrejection', (event) => onUncaught(event.reason));

  void load(component).then((loaded) => {
    Shown = loaded;
    render();
  }, fail);

  return (next: FrameProps) => {
    props = next;
    render();
  };
}

/** Runs the widget, and talks to the page over its port. */
function open(port: MessagePort, start: FrameStart) {
  // The widget's code may replace the method; that changes what it sends, and no more than it could send itself.
  const send: Send = (message, transfer = []) => port.postMessage(message, transfer);
  // First, since a page of another version may send another start.
  send({ type: 'booted', wire: WIRE });
  reportRefused(port.postMessage.bind(port));
  const portFetch: PortFetch = createPortFetch(send);
  const { component, props, theme, messageBytes } = start;
  portFetch.limit(messageBytes);
  const widgets: Widgets = Object.freeze({ ...standardHelpers(), apiFetch: portFetch.apiFetch });
  publish(widgets, true);
  const applyTheme = createThemeApplier();
  applyTheme(theme);
  const update = run(component, props, widgets, send);

  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it starts the port
  port.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    switch (data.type) {
      case 'ping':
        return send({ type: 'pong' });
      case 'theme':
        return applyTheme(data.theme);
      case 'props':
        return update(data.props);
      default:
        return portFetch.deliver(data);
    }
  };
}

// The first script of the frame's page takes the page's message, and passes its content on when this script has run.
addEventListener('nousviz-start', function take(event) {
  removeEventListener('nousviz-start', take);
  event.preventDefault();
  open(...(event as CustomEvent<[MessagePort, FrameStart]>).detail);
});
