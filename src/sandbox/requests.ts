import { nameOf, messageOf, WIDGET_HEADER } from '../contract/index.ts';
import type { ApiFetch } from '../helpers/index.ts';
import type { LimitChecks } from './limits.ts';
import { createSandboxError } from './messages.ts';
import type { AnswerHead, FrameRequest, RequestError, ToFrame } from './protocol.ts';
import { resolveRoute, type RouteOptions } from './route.ts';

/** Headers that widgets may not set: some servers read another path, method, client or session in them. */
const OWN_HEADERS =
  /^(x-session-token|x-nousviz-.*|cookie|forwarded|via|host|origin|x-forwarded.*|x-original.*|x-rewrite.*|x-http-method.*|x-method.*|x-real-ip|x-host|x-url|sec-.*|proxy-.*)$/i;

/** Headers of answers that do not enter a frame. */
const SECRET_HEADERS = /^(set-cookie2?|x-session-token|authorization|clear-site-data|www-authenticate)$/i;

/** The options of {@link createRequests}. */
export interface RequestsOptions extends RouteOptions {
  component: string;
  /** Sends a request with the operator's session token. */
  apiFetch: ApiFetch;
  limits: LimitChecks;
  send(message: ToFrame, transfer?: Transferable[]): void;
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
  controller: AbortController;
  reader?: ReadableStreamDefaultReader<Uint8Array> | undefined;
}

const errorFor = (thrown: unknown): RequestError => {
  const code = (thrown as { code?: unknown } | null)?.code;
  return {
    name: String(nameOf(thrown) ?? 'Error'),
    message: messageOf(thrown),
    ...(typeof code === 'string' && { code }),
  };
};

const headOf = ({ status, statusText, headers, url, redirected, type, body }: Response): AnswerHead => ({
  status,
  statusText,
  headers: [...headers].filter(([name]) => !SECRET_HEADERS.test(name)),
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
    if (!running.delete(id)) return;
    limits.finish();
    send({ type: 'end', id, ...(error !== undefined && { error: errorFor(error) }) });
  }

  const refused = (url: string, why: string) =>
    createSandboxError('ROUTE_REFUSED', { pluginId, component, url: url.slice(0, 200), why });

  /** Finds the target of a redirect, which browsers hide: a request without the session follows it. */
  async function targetOf(
    url: string,
    { method = 'GET', headers = {}, signal = null }: RequestInit,
  ): Promise<string> {
    if (!/^(GET|HEAD)$/i.test(method)) throw refused(url, 'the server redirects it');
    const probe = await fetch(url, { method, headers, signal, credentials: 'omit', cache: 'no-store' });
    void probe.body?.cancel();
    const target = resolveRoute(probe.url, options);
    if (probe.redirected && target.url !== undefined) return target.url;
    throw refused(url, 'the server redirects it to another route than the plugin’s own');
  }

  const exceeded = (limit: string) => createSandboxError('LIMIT_EXCEEDED', { pluginId, component, limit });
  const refuse = (id: number, error: unknown) => send({ type: 'end', id, error: errorFor(error) });

  return {
    async start({ id, url: written, method, headers, body, redirect, cache }) {
      // The id of a running request would end that one.
      if (running.has(id)) return;
      const over = limits.request((body?.byteLength ?? 0) + written.length);
      if (over) return refuse(id, exceeded(over));
      const one: Running = { controller: new AbortController() };
      running.set(id, one);
      const { url, refusal } = resolveRoute(written, options);
      if (url === undefined) return finish(id, refused(written, refusal));
      const sent = new Headers(headers.filter(([name]) => !OWN_HEADERS.test(name)) as [string, string][]);
      sent.set(WIDGET_HEADER, pluginId);
      try {
        const init: RequestInit = {
          method,
          headers: sent,
          // The target of a redirect could be any route of the host.
          redirect: redirect === 'follow' ? 'manual' : redirect,
          signal: one.controller.signal,
          ...(cache && cache !== 'default' && { cache }),
          ...(body && { body }),
        };
        const first = await apiFetch(url, init);
        const isFollowed = redirect === 'follow' && isRedirect(first);
        const response = isFollowed ? await apiFetch(await targetOf(url, init), init) : first;
        one.reader = response.body?.getReader();
        send({ type: 'answer', id, head: { ...headOf(response), redirected: isFollowed } });
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
