import { createHostError, messageOf } from '../contract/index.ts';
import type { Widgets } from '../helpers/index.ts';
import { sendThroughGate } from './request-gate.ts';
import type { Grants } from './trust.ts';

/** The plugin code that made a request or threw an error. */
export interface Origin {
  pluginId: string;
  /** The component, if the request went through its own handle. */
  component?: string | undefined;
  /** The bundle's file name, if a stack trace names it. */
  file?: string | undefined;
}

/** A request that a plugin's code made through the helpers, or an error that it did not catch. */
export interface ActivityEntry extends Origin {
  kind: 'request' | 'error';
  /** The time of the entry, ISO 8601, UTC. */
  at: string;
  /** `GET /api/x → 200`, or the error's message. */
  text: string;
}

/** The options of {@link createActivity}. */
export interface ActivityOptions {
  apiBase: string;
  /** `apiFetch` without attribution. */
  apiFetch: Widgets['apiFetch'];
  grants(): Grants;
  onEntry(entry: ActivityEntry): void;
}

/** Attributes requests and errors to plugins where possible (CONTRACT T3). */
export interface Activity {
  /** Calls `apiFetch` on behalf of the plugin whose code is in the stack. */
  apiFetch: Widgets['apiFetch'];
  /** Calls `apiFetch` on a plugin's behalf, and records the request. It ends when `signal` fires or trust is revoked. */
  request(
    origin: Origin & { signal?: AbortSignal },
    ...call: Parameters<Widgets['apiFetch']>
  ): Promise<Response>;
  dispose(): void;
}

/**
 * Finds the plugin of the innermost plugin code in a stack trace, or of a script's URL. Plugins can hide their code or forge a
 * trace: the result explains accidents, and is not a security boundary.
 */
export function originOf(trace: string | undefined, apiBase: string): Origin | undefined {
  // The trace contains the error's message too, which may name other paths of the API.
  const [, ...rests] = trace?.split(`${apiBase}/plugins/`) ?? [];
  const found = rests.map((rest) => /^([a-z0-9][\w.-]*)\/widget\/([\w.-]+)/.exec(rest)).find(Boolean);
  const [, pluginId, file] = found ?? [];
  return pluginId ? { pluginId, file } : undefined;
}

/** The number of calls in a stack trace, enough to find a plugin behind the libraries in its bundle. */
const STACK_DEPTH = 100;

/** Returns the current stack trace, deeper than Chromium's default if the page permits it. */
function stackHere(): string | undefined {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
  if (limit !== undefined) Reflect.set(Error, 'stackTraceLimit', STACK_DEPTH);
  const stack = traceOf(new Error());
  if (limit !== undefined) Reflect.set(Error, 'stackTraceLimit', limit);
  return stack;
}

/** Returns the stack trace of a thrown value of any type, or `undefined` if it has no readable trace. */
function traceOf(thrown: unknown): string | undefined {
  try {
    return String((thrown as Error).stack || '') || undefined;
  } catch {
    return undefined;
  }
}

const EVENTS = ['error', 'unhandledrejection'] as const;

/** Attributes requests and uncaught errors until `dispose` is called. */
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
      const sent = { ...init, signal: AbortSignal.any(signals) };
      const response = await sendThroughGate(() => apiFetch(input, sent));
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
    apiFetch(...call) {
      const origin = originOf(stackHere(), apiBase);
      return origin ? request(origin, ...call) : sendThroughGate(() => apiFetch(...call));
    },
    request,
    dispose() {
      for (const type of EVENTS) removeEventListener(type, onUncaught);
    },
  };
}
