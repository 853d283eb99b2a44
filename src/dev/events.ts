/** Tells every open page the same thing, and those that come later the last of it. */
export interface Channel<Message> {
  tell(message: Message): void;
  /** The answer to a page that wants to hear: an event stream. */
  open(): Response;
  close(): void;
}

/** Makes a channel that begins with a message. */
export function createChannel<Message>(first: Message): Channel<Message> {
  const pages = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const encoder = new TextEncoder();
  const encode = (message: Message) => encoder.encode(`data: ${JSON.stringify(message)}\n\n`);
  let last = encode(first);
  return {
    tell(message) {
      last = encode(message);
      for (const page of pages) page.enqueue(last);
    },
    open() {
      let mine: ReadableStreamDefaultController<Uint8Array>;
      const stream = new ReadableStream<Uint8Array>({
        start(page) {
          mine = page;
          pages.add(page);
          page.enqueue(last);
        },
        cancel: () => void pages.delete(mine),
      });
      return new Response(stream, {
        headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' },
      });
    },
    close() {
      for (const page of pages) page.close();
      pages.clear();
    },
  };
}
