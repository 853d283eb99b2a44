import type { WidgetError } from '../contract/index.ts';
import type { LimitChecks } from './limits.ts';
import type { ToPage } from './protocol.ts';
import { readMessage } from './read-message.ts';
import type { Requests } from './requests.ts';
import { sizeOf } from './size-of.ts';

/** A message that is not about a request. */
export type FrameMessage = Exclude<ToPage, { type: 'request' | 'more' | 'abort' }>;

/** The options of {@link readPort}. */
export interface ReadPortOptions {
  limits: LimitChecks;
  /** The largest message that the frame's script sends, in bytes. */
  largest: number;
  requests: Requests;
  /** Makes the error of a limit. */
  exceeded(limit: string): WidgetError;
  /** Called when the frame goes on beyond its limits. */
  onSpent(): void;
  /** Called with the messages that are not about requests. */
  onMessage(message: FrameMessage): void;
}

/** Reads the messages of a frame at the page's end of its port, counts them, and answers its requests (CONTRACT X2). */
export function readPort(port: MessagePort, options: ReadPortOptions): void {
  const { limits, largest, requests, exceeded, onSpent, onMessage } = options;
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it starts the port
  port.onmessage = ({ data, ports }: MessageEvent<unknown>) => {
    // The protocol hands no ports over, and a message may have thousands without naming one.
    const over = limits.message(ports.length > 0 ? Number.POSITIVE_INFINITY : sizeOf(data, largest));
    if (limits.isSpent()) return onSpent();
    const message = readMessage(data);
    // What is not of the protocol is from the widget's own code.
    if (!message) return undefined;
    if (over && message.type !== 'pong') {
      if (message.type === 'request') requests.refuse(message.request.id, exceeded(over));
      return undefined;
    }
    switch (message.type) {
      case 'request':
        return void requests.start(message.request);
      case 'more':
        return void requests.more(message.id);
      case 'abort':
        return requests.abort(message.id);
      default:
        return onMessage(message);
    }
  };
}
