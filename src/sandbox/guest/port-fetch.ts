import type { ApiFetch } from '../../helpers/index.ts';
import type { AnswerHead, FrameRequest, RequestError, ToFrame, ToPage } from '../protocol.ts';

/** Ends a request, or delivers a part of its answer. */
type Delivery = Extract<ToFrame, { id: number }>;

/** `fetch` over the port, and the deliveries of the page. */
export interface PortFetch {
  apiFetch: ApiFetch;
  deliver(message: Delivery): void;
  /** Sets the largest body, in bytes; nothing is read beyond it. */
  limit(bytes: number): void;
  /** Whether the body of a request is being read, before the request is sent. */
  isReading(): boolean;
}

interface Waiting {
  resolve(response: Response): void;
  reject(error: unknown): void;
  body?: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Resolves the `pull` that waits for a chunk. */
  pulled?: (() => void) | undefined;
}

/** The statuses for which `Response` accepts no body. */
const NO_BODY: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** Makes the error with which the page has ended a request. */
function errorFrom({ name, message, code }: RequestError): unknown {
  if (name === 'AbortError') return new DOMException(message, name);
  const error = name === 'TypeError' ? new TypeError(message) : new Error(message);
  return Object.assign(error, { name }, code !== undefined && { code });
}

/** Gives a response the properties that only the browser's own `fetch` can set; its clones have them too. */
function complete(response: Response, head: AnswerHead): Response {
  const { url, redirected, type, status, statusText } = head;
  const values = { url, redirected, type, status, statusText, ok: status >= 200 && status < 300 };
  for (const [name, value] of Object.entries(values)) Object.defineProperty(response, name, { value });
  const clone = () => complete(Response.prototype.clone.call(response), head);
  return Object.defineProperty(response, 'clone', { value: clone });
}

/** The bytes of a body, and their number; no bytes if there are more than `limit`. */
interface Body {
  bytes?: ArrayBuffer | undefined;
  size: number;
}

/** Reads a body until it ends, exceeds the limit or is not wanted any more. */
async function readBody(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  signal: AbortSignal,
): Promise<Body> {
  const reader = stream.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return { size, bytes: joined(chunks, size) };
    size += value.byteLength;
    if (size > limit) {
      cancel();
      return { size };
    }
    chunks.push(value as Uint8Array<ArrayBuffer>);
  }
}

/** Joins chunks. Not by a `Blob`, since those of test environments cannot be read. */
function joined(chunks: readonly Uint8Array[], size: number): ArrayBuffer {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes.buffer;
}

/** Reads the body of a request. What is not a stream is in memory already. */
async function bodyOf(request: Request, isStream: boolean, limit: number): Promise<Body> {
  if (isStream && request.body) return readBody(request.body, limit, request.signal);
  const bytes = await request.arrayBuffer();
  return bytes.byteLength > limit ? { size: bytes.byteLength } : { size: bytes.byteLength, bytes };
}

/** Reads a request of any kind. Its body is sent as a whole. */
async function read(id: number, limit: number, input: string | URL | Request, init?: RequestInit) {
  const given = input instanceof Request ? input : undefined;
  // `keepalive` and `duplex` have no meaning on the wire, and a stream as a body needs `duplex`.
  const isStream = init?.body instanceof ReadableStream;
  // The URL is resolved here only because test environments accept no relative ones.
  const request = new Request(given ?? new URL(input as string | URL, location.href), {
    ...init,
    ...(isStream && { duplex: 'half' }),
  } as RequestInit);
  const { bytes, size } = await bodyOf(request, isStream || Boolean(given), limit);
  const message: FrameRequest = {
    id,
    // A relative URL is the page's to resolve.
    url: given ? given.url : String(input),
    method: request.method,
    headers: [...request.headers],
    ...(size > 0 && (bytes ? { body: bytes } : { refusedBytes: size })),
    redirect: request.redirect,
    cache: init?.cache ?? (given && given.cache !== 'default' ? given.cache : undefined),
  };
  return { message, signal: request.signal };
}

/** Makes `apiFetch` of a frame: the page sends its requests, with the session that the frame does not have (CONTRACT H1, X2). */
export function createPortFetch(send: (message: ToPage, transfer?: Transferable[]) => void): PortFetch {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let messageBytes = Number.POSITIVE_INFINITY;
  let reading = 0;

  function cancel(id: number) {
    if (waiting.delete(id)) send({ type: 'abort', id });
  }

  function answerOf(id: number, one: Waiting): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => void (one.body = controller),
      pull: () =>
        new Promise<void>((resolve) => {
          one.pulled = resolve;
          send({ type: 'more', id });
        }),
      cancel: () => cancel(id),
    });
  }

  function deliver(message: Delivery) {
    const one = waiting.get(message.id);
    if (!one) return;
    if (message.type === 'answer') {
      const { head } = message;
      const hasBody = head.hasBody && !NO_BODY.has(head.status);
      const isStatus = head.status >= 200 && head.status < 600;
      const init = { status: isStatus ? head.status : 200, headers: head.headers as [string, string][] };
      one.resolve(complete(new Response(hasBody ? answerOf(message.id, one) : null, init), head));
    } else if (message.type === 'chunk') {
      one.body?.enqueue(message.bytes);
      one.pulled?.();
    } else {
      waiting.delete(message.id);
      const { error } = message;
      if (error) {
        one.reject(errorFrom(error));
        one.body?.error(errorFrom(error));
      } else one.body?.close();
      one.pulled?.();
    }
  }

  return {
    deliver,
    limit: (bytes) => void (messageBytes = bytes),
    isReading: () => reading > 0,
    async apiFetch(input, init) {
      last += 1;
      const id = last;
      reading += 1;
      const { message, signal } = await read(id, messageBytes, input, init).finally(() => (reading -= 1));
      signal.throwIfAborted();
      return new Promise<Response>((resolve, reject) => {
        const one: Waiting = { resolve, reject };
        waiting.set(id, one);
        signal.addEventListener('abort', () => {
          cancel(id);
          reject(signal.reason);
          try {
            one.body?.error(signal.reason);
          } catch {
            // The answer was complete.
          }
          one.pulled?.();
        });
        send({ type: 'request', request: message }, message.body ? [message.body] : []);
      });
    },
  };
}
