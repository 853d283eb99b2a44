import { createHostError, messageOf, type Code } from '../contract/index.ts';
import type { Widgets } from '../helpers/index.ts';
import { inTask } from './in-task.ts';
import { sendThroughGate } from './request-gate.ts';
import { hasPage } from './surroundings.ts';
import type { Grants } from './trust.ts';

/** The plugin code that made a request or threw an error. */
export interface Origin {
  pluginId: string;
  /** The component, if the request went through its own handle. */
  component?: string | undefined;
  /** The bundle's file name, if a stack trace names it. */
  file?: string | undefined;
  /** The SHA-256 of the bundle's bytes, if a stack trace names it. */
  hash?: string | undefined;
}

/** A request that a plugin's code made through the helpers, or that a frame refused, an error that it did not catch, or a failure of the host. */
export interface ActivityEntry {
  /**
   * `error` is an uncaught error. `failure` is what a card or the list of plugins shows: each failure once. `refusal` is about requests
   * that the frame of a sandboxed widget refused: each directive and address once for a component.
   */
  kind: 'request' | 'error' | 'failure' | 'refusal';
  /** The plugin; absent for a failure that concerns no single plugin. */
  pluginId?: string | undefined;
  /** The component, if it is known. */
  component?: string | undefined;
  /** The bundle's file name, if a stack trace names it. */
  file?: string | undefined;
  /** The SHA-256 of the bundle's bytes, if it is known. */
  hash?: string | undefined;
  /** The code of a failure. */
  code?: Code | undefined;
  /** The time of the entry, ISO 8601, UTC. */
  at: string;
  /** `GET /api/x → 200`, `refused 2 requests: img-src https://other.example (2)`, or the error's message. */
  text: string;
}

/** An error that a plugin's code did not catch. */
export interface Uncaught {
  origin: Origin;
  /** The thrown value, of any type. */
  thrown: unknown;
}

/** The options of {@link createActivity}. */
export interface ActivityOptions {
  apiBase: string;
  /** `apiFetch` without attribution. */
  apiFetch: Widgets['apiFetch'];
  grants(): Grants;
  onEntry(entry: ActivityEntry): void;
  /** Called with each error that a plugin's code did not catch. */
  onUncaught?(uncaught: Uncaught): void;
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
  /** Takes a thrown value of a plugin out of the uncaught errors, since the panel of its widget reports it. */
  claim(pluginId: string, thrown: unknown): void;
  dispose(): void;
}

/**
 * Finds the plugin of the innermost plugin code in a stack trace, or of a script's URL. Plugins can hide their code or forge a
 * trace: the result explains accidents, and is not a security boundary.
 */
export function originOf(trace: string | undefined, apiBase: string): Origin | undefined {
  // The trace contains the error's message too, which may name other paths of the API.
  const [, ...rests] = trace?.split(`${apiBase}/plugins/`) ?? [];
  const found = rests
    .map((rest) => /^([a-z0-9][\w.-]*)\/widget\/([\w.-]+)(?:\?v=([0-9a-f]{64}))?/.exec(rest))
    .find(Boolean);
  const [, pluginId, file, hash] = found ?? [];
  return pluginId ? { pluginId, file, ...(hash && { hash }) } : undefined;
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

/** The reasons of aborts that the library made itself. */
const ownAborts = new WeakSet<object>();

/** Makes the reason with which the requests of a panel end when it is removed. A widget need not catch it. */
export function panelLeft(): DOMException {
  const reason = new DOMException('The panel was removed.', 'AbortError');
  ownAborts.add(reason);
  return reason;
}

const EVENTS = ['error', 'unhandledrejection'] as const;

/** Attributes requests and uncaught errors until `dispose` is called. */
export function createActivity(options: ActivityOptions): Activity {
  const { apiBase, apiFetch, grants, onEntry, onUncaught } = options;
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

  const pending = new Set<Uncaught>();

  function listen(event: ErrorEvent | PromiseRejectionEvent) {
    const isRejection = 'reason' in event;
    const thrown: unknown = isRejection ? event.reason : (event.error ?? (event.message || event.error));
    if (isRejection && ownAborts.has(thrown as object)) return event.preventDefault();
    const origin = originOf(traceOf(thrown) ?? (isRejection ? undefined : event.filename), apiBase);
    // React 18 in development dispatches an event handler's error twice, and all promises of a chain reject with the same value.
    if (!origin || [...pending].some((one) => Object.is(one.thrown, thrown))) return;
    const uncaught = { origin, thrown };
    pending.add(uncaught);
    // In a later task, since React 18 in development dispatches the errors of a render here before it passes them to the panel.
    inTask(() => {
      if (!pending.delete(uncaught)) return;
      add('error', origin, messageOf(thrown));
      onUncaught?.(uncaught);
    });
  }
  const types = hasPage() ? EVENTS : [];
  for (const type of types) addEventListener(type, listen);

  return {
    apiFetch(...call) {
      const origin = originOf(stackHere(), apiBase);
      return origin ? request(origin, ...call) : sendThroughGate(() => apiFetch(...call));
    },
    request,
    claim(pluginId, thrown) {
      // By the message, since React 18 in development renders again and dispatches the error of each attempt.
      for (const uncaught of pending)
        if (uncaught.origin.pluginId === pluginId && messageOf(uncaught.thrown) === messageOf(thrown))
          pending.delete(uncaught);
    },
    dispose() {
      for (const type of types) removeEventListener(type, listen);
    },
  };
}
