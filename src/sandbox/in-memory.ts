import type { Widgets } from '../helpers/index.ts';
import type { HeldHandle } from '../host/index.ts';
import { createFrameHandle } from './guest/handle.ts';
import { createPortFetch } from './guest/port-fetch.ts';
import { createLimits, DEFAULT_LIMITS, largestMessage } from './limits.ts';
import { createSandboxError } from './messages.ts';
import type { ToFrame, ToPage } from './protocol.ts';
import { readPort } from './read-port.ts';
import { createRequests } from './requests.ts';

/** The options of {@link connectInMemory}. */
export interface InMemoryOptions {
  pluginId: string;
  component: string;
  apiBase: string;
  /** The helpers of the page, of which the frame has all but `apiFetch`. */
  widgets: Widgets;
  /** Sends the frame's requests, as the page does. */
  apiFetch: Widgets['apiFetch'];
  /** Called for each message of either end. */
  onTraffic(): void;
}

/** A frame without a document of its own, for tests of widgets. */
export interface InMemoryFrame extends HeldHandle {
  widgets: Widgets;
  /** Whether a message is under way, or will be as soon as its body has been read. */
  isBusy(): boolean;
  /** Aborts the requests, and closes the port. */
  end(): void;
}

/** Connects both ends of the wire in one page: the requests, routes and limits are those of a frame. */
export function connectInMemory(options: InMemoryOptions): InMemoryFrame {
  const { pluginId, component, apiBase, apiFetch, onTraffic } = options;
  const { port1: page, port2: guest } = new MessageChannel();
  const revoked = new AbortController().signal;
  const limits = createLimits(DEFAULT_LIMITS);
  let underWay = 0;
  let hasEnded = false;
  const sender =
    <Message extends ToFrame | ToPage>(port: MessagePort) =>
    (message: Message, transfer: Transferable[] = []) => {
      if (hasEnded) return;
      port.postMessage(message, transfer);
      underWay += 1;
      onTraffic();
    };
  const count = () => {
    underWay -= 1;
    onTraffic();
  };

  const route = { pluginId, apiBase, page: location.href };
  const requests = createRequests({ ...route, component, apiFetch, limits, send: sender<ToFrame>(page) });
  const portFetch = createPortFetch(sender<ToPage>(guest));
  portFetch.limit(DEFAULT_LIMITS.messageBytes);
  page.addEventListener('message', count);
  readPort(page, {
    limits,
    largest: largestMessage(DEFAULT_LIMITS),
    requests,
    exceeded: (limit) => createSandboxError('LIMIT_EXCEEDED', { pluginId, component, limit }),
    onSpent: end,
    onMessage() {},
  });
  guest.addEventListener('message', ({ data }: MessageEvent<Parameters<typeof portFetch.deliver>[0]>) => {
    count();
    portFetch.deliver(data);
  });
  guest.start();

  function end() {
    requests.end();
    hasEnded = true;
    page.close();
    guest.close();
  }

  const widgets: Widgets = Object.freeze({ ...options.widgets, apiFetch: portFetch.apiFetch });
  const owner = { pluginId, component };
  return {
    ...createFrameHandle(widgets, owner, revoked),
    widgets,
    isBusy: () => !hasEnded && (underWay > 0 || portFetch.isReading()),
    end,
  };
}
