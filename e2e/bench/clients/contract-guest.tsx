// The script of a frame of `contract-frames.tsx`.
import { Component, createElement, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { bundlePath, copyData, importUrl } from '../../../src/contract/index.ts';
import { createWidgets, standardHelpers } from '../../../src/helpers/index.ts';
import { publish, type Widget } from '../../../src/host/index.ts';
import { createThemeApplier } from '../../../src/sandbox/guest/apply-theme.ts';
import { allowOwnFiles, lockDown } from '../../../src/sandbox/guest/lock-down.ts';
import type { FrameStart, ToFrame } from '../../../src/sandbox/protocol.ts';

lockDown();
const apiBase = location.href.slice(0, location.href.indexOf('/widget-runtime/'));
const ownFetch = fetch.bind(window);

interface BoundaryProps {
  onMount: () => void;
  onCrash: () => void;
  children: ReactNode;
}

class Boundary extends Component<BoundaryProps, { crashed: boolean }> {
  override state = { crashed: false };
  static getDerivedStateFromError() {
    return { crashed: true };
  }
  override componentDidMount() {
    this.props.onMount();
  }
  override componentDidCatch() {
    this.props.onCrash();
  }
  override render() {
    return this.state.crashed ? null : this.props.children;
  }
}

function open(port: MessagePort, start: FrameStart) {
  publish(createWidgets({ apiBase, getSessionToken: () => null, fetch: ownFetch }, standardHelpers()), true);
  const applyTheme = createThemeApplier();
  async function run({ component, props, theme }: FrameStart) {
    const { pluginId, filename, hash } = component;
    const place = document.createElement('div');
    place.id = 'nousviz-root';
    place.style.alignItems = 'start';
    document.body.append(place);
    applyTheme(theme);
    await allowOwnFiles(apiBase, pluginId);
    const module = await importUrl<{ default: Widget }>(apiBase + bundlePath(pluginId, filename, hash));
    let last = -1;
    function measure() {
      const height = Math.ceil(place.firstElementChild!.getBoundingClientRect().height);
      if (height !== last) port.postMessage({ type: 'height', height });
      last = height;
    }
    // The browser draws no frame that the page hides, so that the first height cannot come from an observer.
    const onMount = () => {
      new ResizeObserver(measure).observe(place.firstElementChild!);
      measure();
    };
    createRoot(place).render(
      <Boundary onMount={onMount} onCrash={() => port.postMessage({ type: 'failed' })}>
        {createElement(module.default, { pluginId, ...props, config: copyData(props.config) })}
      </Boundary>,
    );
  }
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it starts the port
  port.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    if (data.type === 'ping') port.postMessage({ type: 'pong' });
    else if (data.type === 'theme') applyTheme(data.theme);
  };
  void run(start);
}

addEventListener('nousviz-start', (event) => {
  event.preventDefault();
  open(...(event as CustomEvent<[MessagePort, FrameStart]>).detail);
});
