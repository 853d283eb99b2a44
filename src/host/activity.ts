import { createHostError, messageOf } from '../contract/index.ts';
import type { Widgets } from '../helpers/index.ts';
import type { Grants } from './trust.ts';

/** The code that made a request or threw an error. */
export interface Origin {
  pluginId: string;
  /** The component, where the request went through its own handle. */
  component?: string | undefined;
  /** The bundle's file name, where a trace names it. */
  file?: string | undefined;
}

/** A request that a plugin's code made through the helpers, or an error that it left uncaught. */
export interface ActivityEntry extends Origin {
  kind: 'request' | 'error';
  /** The time of the entry, ISO 8601, UTC. */
  at: string;
  /** `GET /api/x → 200`, or the error's message. */
  text: string;
}

/** What {@link createActivity} needs of the host. */
export interface ActivityOptions {
  apiBase: string;
  /** `apiFetch` without attribution. */
  apiFetch: Widgets['apiFetch'];
  grants(): Grants;
  onEntry(entry: ActivityEntry): void;
}

/** Attributes requests and errors to plugins, where possible (CONTRACT T3). */
export interface Activity {
  /** `apiFetch` on behalf of the plugin whose code is in the stack. */
  apiFetch: Widgets['apiFetch'];
  /** `apiFetch` on a plugin's behalf: recorded under its name, ended by `signal` or when its trust is revoked. */
  request(
    origin: Origin & { signal?: AbortSignal },
    ...what: Parameters<Widgets['apiFetch']>
  ): Promise<Response>;
  dispose(): void;
}

/**
 * The plugin whose code stands nearest in a stack trace or a module's URL. Code can hide from this and can lie to it: it
 * attributes accidents, and is no boundary.
 */
export function originOf(trace: string | undefined, apiBase: string): Origin | undefined {
  // The message stands in the trace, too, and may name other paths of the API.
  const [, ...rests] = trace?.split(`${apiBase}/plugins/`) ?? [];
  const found = rests.map((rest) => /^([a-z0-9][\w.-]*)\/widget\/([\w.-]+)/.exec(rest)).find(Boolean);
  const [, pluginId, file] = found ?? [];
  return pluginId ? { pluginId, file } : undefined;
}

/** Deep enough to find a plugin behind the libraries that it brought. */
const DEPTH = 100;

/** The stack of the calls that led here, deeper than Chromium keeps it by itself, where the page lets us. */
function stackHere(): string | undefined {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
  if (limit !== undefined) Reflect.set(Error, 'stackTraceLimit', DEPTH);
  const stack = traceOf(new Error());
  if (limit !== undefined) Reflect.set(Error, 'stackTraceLimit', limit);
  return stack;
}

/** The trace of a thrown value of any type, if it has one that can be read. */
function traceOf(thrown: unknown): string | undefined {
  try {
    return String((thrown as Error).stack || '') || undefined;
  } catch {
    return undefined;
  }
}

const EVENTS = ['error', 'unhandledrejection'] as const;

/** Starts to attribute requests and uncaught errors, until it is disposed of. */
export function createActivity({ apiBase, apiFetch, grants, onEntry }: ActivityOptions): Activity {
  const add = (kind: ActivityEntry['kind'], origin: Origin, text: string) =>
    onEntry({ kind, at: new Date().toISOString(), ...origin, text });

  const request: Activity['request'] = async ({ signal, ...origin }, input, init) => {
    const granted = grants().get(origin.pluginId);
    if (!granted) throw createHostError('TRUST_REVOKED', origin);
    const given = input instanceof Request ? input : undefined;
    const own = init?.signal ?? given?.signal;
    const signals = [granted, signal, own].filter((one) => one instanceof AbortSignal);
    const text = `${init?.method ?? given?.method ?? 'GET'} ${given?.url ?? input}`;
    try {
      const response = await apiFetch(input, { ...init, signal: AbortSignal.any(signals) });
      add('request', origin, `${text} → ${response.status}`);
      return response;
    } catch (error) {
      add('request', origin, `${text} → ${messageOf(error)}`);
      throw granted.aborted ? granted.reason : error;
    }
  };

  function onUncaught(event: ErrorEvent | PromiseRejectionEvent) {
    const isRejection = 'reason' in event;
    const thrown: unknown = isRejection ? event.reason : (event.error ?? (event.message || event.error));
    const origin = originOf(traceOf(thrown) ?? (isRejection ? undefined : event.filename), apiBase);
    if (origin) add('error', origin, messageOf(thrown));
  }
  for (const type of EVENTS) addEventListener(type, onUncaught);

  return {
    apiFetch(...what) {
      const origin = originOf(stackHere(), apiBase);
      return origin ? request(origin, ...what) : apiFetch(...what);
    },
    request,
    dispose() {
      for (const type of EVENTS) removeEventListener(type, onUncaught);
    },
  };
}
