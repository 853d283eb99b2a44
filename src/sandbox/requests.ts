import { isWidgetError, nameOf, WIDGET_HEADER } from '../contract/index.ts';
import type { ApiFetch } from '../helpers/index.ts';
import { receivedHeaders, sentHeaders } from './headers.ts';
import type { LimitChecks } from './limits.ts';
import { createSandboxError } from './messages.ts';
import type { AnswerHead, FrameRequest, RequestError, ToFrame } from './protocol.ts';
import { resolveRoute, type RouteOptions } from './route.ts';

/** The options of {@link createRequests}. */
export interface RequestsOptions extends RouteOptions {
  component: string;
  /** Sends a request with the operator's session token. */
  apiFetch: ApiFetch;
  limits: LimitChecks;
  send(message: ToFrame, transfer?: Transferable[]): void;
  /** Called with the URL of a request that is not sent, since its route is not the plugin's. */
  onRefused?(url: string): void;
}

/** The requests of one frame. */
export interface Requests {
  start(request: FrameRequest): Promise<void>;
  /** Sends the next chunk of an answer. */
  more(id: number): Promise<void>;
  abort(id: number): void;
  /** Answers a request with an error. */
  refuse(id: number, error: unknown): void;
  /** Aborts all. */
  end(): void;
}

interface Running {
  /** The bytes of the request. */
  size: number;
  controller: AbortController;
  reader?: ReadableStreamDefaultReader<Uint8Array> | undefined;
}

/** Describes an error for the frame. The text of an error of the app, such as one of its session, is not for plugins. */
function errorFor(thrown: unknown): RequestError {
  if (isWidgetError(thrown)) return { name: thrown.name, message: thrown.message, code: thrown.code };
  if (nameOf(thrown) === 'AbortError') return { name: 'AbortError', message: 'The request was aborted.' };
  return { name: 'TypeError', message: 'Failed to fetch' };
}

const headOf = ({ status, statusText, headers, url, redirected, type, body }: Response): AnswerHead => ({
  status,
  statusText,
  headers: receivedHeaders([...headers]),
  url,
  redirected,
  type,
  hasBody: body !== null,
});

// Browsers hide a redirect that they do not follow.
const isRedirect = ({ type, status }: Response) =>
  type === 'opaqueredirect' || (status > 300 && status < 309 && status !== 304);

/** Answers the requests of one frame (CONTRACT X2). */
export function createRequests(options: RequestsOptions): Requests {
  const { pluginId, component, apiFetch, limits, send } = options;
  const running = new Map<number, Running>();

  function finish(id: number, error?: unknown) {
    const one = running.get(id);
    if (!one) return;
    running.delete(id);
    limits.finish(one.size);
    send({ type: 'end', id, ...(error !== undefined && { error: errorFor(error) }) });
  }

  const refused = (url: string, why: string) =>
    createSandboxError('ROUTE_REFUSED', { pluginId, component, url: url.slice(0, 200), why });

  /** Refuses to follow a redirect: its target, which browsers hide, may be any route of the host or another server. */
  function refuseRedirect(url: string, mode: RequestRedirect) {
    if (mode === 'follow')
      throw refused(
        url,
        'the server redirects it; request the target itself, perhaps with a slash at the end',
      );
    if (mode === 'error') throw new TypeError('Failed to fetch');
  }

  const exceeded = (limit: string) => createSandboxError('LIMIT_EXCEEDED', { pluginId, component, limit });
  const refuse = (id: number, error: unknown) => send({ type: 'end', id, error: errorFor(error) });

  return {
    async start({ id, url: written, method, headers, body, refusedBytes, redirect, cache }) {
      // The id of a running request would end that one.
      if (running.has(id)) return;
      const texts = [written, ...headers.flat()].reduce((sum, { length }) => sum + length, 0);
      const size = texts + (refusedBytes ?? body?.byteLength ?? 0);
      // Before anything copies the body.
      const over = limits.request(size);
      if (over) return refuse(id, exceeded(over));
      const one: Running = { size, controller: new AbortController() };
      running.set(id, one);
      const { url, refusal } = resolveRoute(written, options);
      if (url === undefined) {
        options.onRefused?.(written);
        return finish(id, refused(written, refusal));
      }
      try {
        const sent = new Headers(sentHeaders(headers));
        sent.set(WIDGET_HEADER, pluginId);
        const response = await apiFetch(url, {
          method,
          headers: sent,
          redirect: 'manual',
          signal: one.controller.signal,
          ...(cache && cache !== 'default' && { cache }),
          ...(body && { body }),
        });
        if (isRedirect(response)) refuseRedirect(written, redirect);
        one.reader = response.body?.getReader();
        send({ type: 'answer', id, head: headOf(response) });
        if (!one.reader) finish(id);
      } catch (thrown) {
        finish(id, thrown);
      }
    },

    async more(id) {
      const reader = running.get(id)?.reader;
      if (!reader) return;
      try {
        const { value, done } = await reader.read();
        if (done) return finish(id);
        const over = limits.bytes(value.byteLength);
        if (over) throw exceeded(over);
        // A copy, since the browser may keep the buffer of a chunk.
        const bytes = value.slice();
        if (running.has(id)) send({ type: 'chunk', id, bytes }, [bytes.buffer]);
      } catch (thrown) {
        running.get(id)?.controller.abort();
        finish(id, thrown);
      }
    },

    abort(id) {
      const one = running.get(id);
      one?.controller.abort();
      void one?.reader?.cancel().catch(() => {});
      finish(id);
    },

    refuse,

    end() {
      for (const id of running.keys()) this.abort(id);
    },
  };
}
