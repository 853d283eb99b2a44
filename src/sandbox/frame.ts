import { bundlePath, messageOf, type RefusedRequests, type WidgetError } from '../contract/index.ts';
import type { ApiFetch } from '../helpers/index.ts';
import { followWindow } from './follow-window.ts';
import { createHeightRule } from './height.ts';
import { createLimits, largestMessage, type Limits } from './limits.ts';
import { createSandboxError } from './messages.ts';
import {
  WIRE,
  type FrameComponent,
  type FrameFailure,
  type FrameProps,
  type Hello,
  type ToFrame,
} from './protocol.ts';
import { hasTooManyFrames, MAX_NESTED } from './nested-frames.ts';
import { readPort, type FrameMessage } from './read-port.ts';
import { createRequests } from './requests.ts';
import { refusedRoute } from './refused.ts';
import { sizeOf } from './size-of.ts';
import type { ThemeSource } from './theme.ts';

/** The time between two pings, in milliseconds. */
const BEAT = 1000;

const BEYOND_LIMITS = 'it went on beyond its limits';

/** The options of {@link openFrame}. */
export interface FrameOptions {
  /** The address of the frame's page. */
  url: string;
  /** The title of the frame, for screen readers. */
  title: string;
  /** Called when the frame's page has loaded. The frame starts when it resolves. */
  takeTurn(): Promise<void>;
  /** Reads the frame's script, if the page can. */
  readScript(): Promise<ArrayBuffer | undefined>;
  component: FrameComponent;
  props: FrameProps;
  apiBase: string;
  apiFetch: ApiFetch;
  theme: ThemeSource;
  limits: Limits;
  /** The time after which a frame that has not started is reported, in milliseconds. */
  startTimeout: number;
  /** The number of pings without an answer, after which the frame is stopped: one in a second, and fewer while it starts. */
  missedBeats: number;
  /** Called when the widget has rendered, with its height if the frame is to have it. */
  onRendered(height: number | undefined): void;
  onHeight(height: number): void;
  /** Called with the failure of the widget. The frame is removed. */
  onFailed(failure: FrameFailure): void;
  /** Called with a failure of a widget that still runs. */
  onNoted(failure: FrameFailure): void;
  /** Called with requests that the frame or the page has refused. The widget goes on. */
  onRefused(requests: readonly RefusedRequests[]): void;
  /** Called when the frame was stopped. */
  onStopped(error: WidgetError): void;
  /** Called when the page has moved the frame, which ends its document. */
  onMoved(): void;
}

/** A frame with a widget. */
export interface Frame {
  readonly element: HTMLIFrameElement;
  update(props: FrameProps): void;
  /** Removes the frame, and aborts its requests. */
  end(): void;
}

function createElement(url: string, title: string): HTMLIFrameElement {
  const iframe = document.createElement('iframe');
  iframe.setAttribute('sandbox', 'allow-scripts');
  iframe.setAttribute('referrerpolicy', 'no-referrer');
  iframe.setAttribute('allow', '');
  iframe.title = title;
  Object.assign(iframe.style, {
    position: 'absolute',
    inset: '0',
    width: '100%',
    height: '100%',
    border: '0',
  });
  iframe.src = url;
  return iframe;
}

/** Opens a frame in an element, and talks to it until it ends (CONTRACT X). */
export function openFrame(place: HTMLElement, options: FrameOptions): Frame {
  const { url, title, component, apiBase, apiFetch, theme, startTimeout, missedBeats } = options;
  const { pluginId, name, filename, hash, attempt } = component;
  // The frame requests its bundle before its script starts.
  const iframe = createElement(`${url}#${bundlePath(pluginId, filename, hash, attempt)}`, title);
  const { port1: port, port2 } = new MessageChannel();
  const limits = createLimits(options.limits);
  const largest = largestMessage(options.limits);
  const heightRule = createHeightRule();
  const send = (message: ToFrame, transfer: Transferable[] = []) => port.postMessage(message, transfer);
  const route = { pluginId, apiBase, page: location.href };
  const requests = createRequests({
    ...route,
    component: name,
    apiFetch,
    limits,
    send,
    onRefused: (asked) => options.onRefused([refusedRoute(asked)]),
  });
  const errorOf = (code: Parameters<typeof createSandboxError>[0], details: Record<string, unknown>) =>
    createSandboxError(code, { pluginId, component: name, file: component.path, hash, ...details });

  let { props } = options;
  let unfollow: (() => void) | undefined;
  let unfollowWindow: (() => void) | undefined;
  let beat: ReturnType<typeof setInterval> | undefined;
  let beats = 0;
  let missed = 0;
  // Many frames that start in one process keep each other from answering, and each question is work that delays them.
  let beatsOfPing = Math.max(1, Math.ceil(startTimeout / BEAT / missedBeats));
  let first: Window | null = null;
  let starting: ReturnType<typeof setTimeout> | undefined;
  let hasEnded = false;

  /** Counts what the frame sends to the page's window: nothing of the frame's script does. */
  function onWindowMessage(data: unknown) {
    limits.message(sizeOf(data, largest));
    if (limits.isSpent()) stopBecause(BEYOND_LIMITS);
  }

  /** Waits for the next step of the start: the page of the frame, then its script. */
  function expectStart() {
    clearTimeout(starting);
    starting = setTimeout(
      () => stop(errorOf('FRAME_NOT_STARTED', { seconds: startTimeout / 1000, url })),
      startTimeout,
    );
  }

  function end() {
    hasEnded = true;
    clearTimeout(starting);
    clearInterval(beat);
    unfollowWindow?.();
    unfollow?.();
    requests.end();
    port.close();
    iframe.remove();
  }
  function stop(error: WidgetError) {
    end();
    options.onStopped(error);
  }
  const stopBecause = (why: string) => stop(errorOf('FRAME_STOPPED', { why }));

  function ping() {
    if (iframe.contentWindow && hasTooManyFrames(iframe.contentWindow))
      return stopBecause(`it has more than ${MAX_NESTED} frames of its own`);
    if (document.visibilityState === 'hidden') return;
    beats += 1;
    if (beats < beatsOfPing) return;
    beats = 0;
    missed += 1;
    if (missed > missedBeats)
      return stop(errorOf('FRAME_HUNG', { seconds: (missedBeats * beatsOfPing * BEAT) / 1000 }));
    send({ type: 'ping' });
  }

  function start(wire: number) {
    if (beat) return stopBecause('it started twice');
    if (wire !== WIRE)
      return stopBecause(
        `its script has version ${wire} of the protocol and the page has ${WIRE}; reload the page`,
      );
    clearTimeout(starting);
    beat = setInterval(ping, BEAT);
  }

  function onMessage(message: FrameMessage) {
    switch (message.type) {
      case 'pong':
        missed = 0;
        return undefined;
      case 'booted':
        return start(message.wire);
      case 'rendered':
        beatsOfPing = 1;
        return options.onRendered(heightRule(message.height));
      case 'height': {
        const height = heightRule(message.height);
        return height === undefined ? undefined : options.onHeight(height);
      }
      case 'failed':
        end();
        return options.onFailed(message.failure);
      case 'noted':
        return limits.report() ? undefined : options.onNoted(message.failure);
      case 'refused':
        return options.onRefused(Object.values(message.requests));
    }
  }
  readPort(port, {
    limits,
    largest,
    requests,
    exceeded: (limit) => errorOf('LIMIT_EXCEEDED', { limit }),
    onSpent: () => stopBecause(BEYOND_LIMITS),
    onMessage,
  });

  async function greet(frame: Window | null) {
    clearTimeout(starting);
    await options.takeTurn();
    if (hasEnded) return;
    expectStart();
    // A copy to transfer: a message that contains the bytes, or their text, takes Chromium several milliseconds to read.
    const script = (await options.readScript())?.slice(0);
    if (hasEnded) return;
    const { messageBytes } = options.limits;
    let isStarted = false;
    unfollow = theme.follow(iframe, (look) => {
      // The port keeps messages until the frame's script listens.
      if (isStarted) return send({ type: 'theme', theme: look });
      isStarted = true;
      const hello: Hello = {
        nousviz: 'sandbox',
        wire: WIRE,
        start: { component, props, theme: look, messageBytes },
        script,
      };
      // An opaque origin has no name, and the widget's code has not run yet.
      frame?.postMessage(hello, '*', script ? [port2, script] : [port2]);
    });
  }

  iframe.addEventListener('load', () => {
    const frame = iframe.contentWindow;
    if (!first) {
      first = frame;
      // Not before: no code of the plugin runs yet, and the window of an empty document is slow to make.
      unfollowWindow = followWindow(frame!, onWindowMessage);
      greet(frame).catch((cause: unknown) =>
        stop(errorOf('FRAME_NOT_OPENED', { message: messageOf(cause), cause })),
      );
    } else if (frame === first) stopBecause('it left its page');
    else {
      end();
      options.onMoved();
    }
  });
  place.append(iframe);
  expectStart();

  return {
    element: iframe,
    update(next) {
      props = next;
      if (unfollow) send({ type: 'props', props });
    },
    end,
  };
}
