import { messageOf, WidgetError } from '../contract/errors.ts';
import type { Widgets } from '../helpers/helpers.ts';
import { told } from './told.ts';
import type { Grants } from './trust.ts';

/** Whose code something was. */
export interface Origin {
  pluginId: string;
  /** The component, where the plugin's own handle was used. */
  component?: string | undefined;
  /** The bundle's file name, where a trace names it. */
  file?: string | undefined;
}

/** Something that a plugin's code did: a request through the helpers, or an error that nobody caught. */
export interface ActivityEntry extends Origin {
  kind: 'request' | 'error';
  /** When it was entered, ISO 8601, UTC. */
  at: string;
  /** `GET /api/x → 200`, or the error's message. */
  text: string;
}

/** What {@link createTracker} needs of the host. */
export interface TrackerOptions {
  apiBase: string;
  /** `apiFetch` without a view of who calls it. */
  apiFetch: Widgets['apiFetch'];
  grants(): Grants;
  enter(entry: ActivityEntry): void;
}

/** Tells plugins' requests and errors apart, as far as that can be known (CONTRACT T3). */
export interface Tracker {
  /** `apiFetch` on behalf of whoever's code stands in the stack. */
  apiFetch: Widgets['apiFetch'];
  /** `apiFetch` on a plugin's behalf: entered under its name, ended with its trust or by `signal`. */
  request(
    origin: Origin & { signal?: AbortSignal },
    ...what: Parameters<Widgets['apiFetch']>
  ): Promise<Response>;
  dispose(): void;
}

/**
 * The plugin whose code stands nearest in a stack trace or a module's URL. Code can hide from this and can lie to it: it
 * tells accidents apart, and is no boundary.
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

/** Makes the tracker, which listens for uncaught errors until it is disposed of. */
export function createTracker({ apiBase, apiFetch, grants, enter }: TrackerOptions): Tracker {
  const add = (kind: ActivityEntry['kind'], origin: Origin, text: string) =>
    enter({ kind, at: new Date().toISOString(), ...origin, text });

  const request: Tracker['request'] = async ({ signal, ...origin }, input, init) => {
    const granted = grants().get(origin.pluginId);
    if (!granted) throw await told(new WidgetError('TRUST_REVOKED', { ...origin }));
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
      throw granted.aborted ? await told(granted.reason as WidgetError) : error;
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
