import type { Context } from 'hono';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';

/** Sends the same messages to all open pages. A new page first receives the last message. */
export interface Channel<Message> {
  send(message: Message): void;
  /** Returns the event stream for a page. */
  open(context: Context): Response;
  /** Ends the stream of every page. */
  close(): void;
}

/** Creates a channel with its first message. */
export function createChannel<Message>(first: Message): Channel<Message> {
  /** The streams of open pages, each with the function that ends it. */
  const pages = new Map<SSEStreamingApi, () => void>();
  let data = JSON.stringify(first);
  return {
    send(message) {
      data = JSON.stringify(message);
      for (const page of pages.keys()) void page.writeSSE({ data });
    },
    open: (context) =>
      streamSSE(context, async (page) => {
        // Not awaited, so that no later message can come before it.
        void page.writeSSE({ data });
        await new Promise<void>((end) => {
          pages.set(page, end);
          page.onAbort(end);
        });
        pages.delete(page);
      }),
    close() {
      for (const end of pages.values()) end();
    },
  };
}
