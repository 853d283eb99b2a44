import type { Host, NousVizGlobal } from '../host/index.ts';
import { TestingError } from './errors.ts';
import type { Memory } from './memory.ts';
import { patch } from './trace.ts';
import { completePage } from './window.ts';

/** A widget on the page. */
interface Entry {
  memory: Memory;
  /** The property `window.NousViz` that its host published. */
  published: PropertyDescriptor;
  /** The requests of a sandboxed widget. */
  framed?: Framed | undefined;
}

/** The global of a sandboxed frame, in place of the host's own. */
interface Framed {
  apiFetch: NousVizGlobal['widgets']['apiFetch'];
  leave(): void;
}

const GLOBAL = 'NousViz';
const page: { entries: Entry[]; restoreFetch: () => void } = { entries: [], restoreFetch: () => {} };

/** Whether a function is one of the test framework's fake timers. */
export const isFaked = (timer: unknown): boolean =>
  typeof timer === 'function' && Object.hasOwn(timer, 'clock');

/**
 * Prepares the environment for widgets, and checks that it can render them.
 *
 * @throws {TestingError} `ENVIRONMENT_INCOMPLETE`, `TIMERS_FAKED`
 */
export function assertPage(): void {
  const { process } = globalThis as { process?: { nextTick?: unknown } };
  if (isFaked(queueMicrotask) || isFaked(process?.nextTick))
    throw new TestingError(
      'TIMERS_FAKED',
      "Microtasks are faked, so no request is ever answered. Do not fake them: jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }).",
    );
  const { AbortSignal } = globalThis as { AbortSignal?: { any?: unknown } };
  completePage();
  const missing = ['document', 'Request', 'Response'].filter((name) => !Reflect.get(globalThis, name));
  if (!AbortSignal?.any) missing.push('AbortSignal.any');
  if (missing.length === 0) return;
  throw new TestingError(
    'ENVIRONMENT_INCOMPLETE',
    `This test environment has no ${missing.join(', ')}. Run the test in jsdom with Node's fetch: in Vitest with "// @vitest-environment jsdom" at the top of the file, in Jest with the environment jest-fixed-jsdom 0.0.11 or newer.`,
  );
}

/**
 * Sends a request to the widget that can answer it, and prefers `first`, whose host received the request. The two may differ: a
 * module that reads helpers from `NousViz.widgets` at its top uses those of an earlier host.
 */
async function send(request: Request, first?: Memory): Promise<Response> {
  const memories = page.entries.map(({ memory }) => memory).toReversed();
  const order = first && memories.includes(first) ? [first, ...memories] : memories;
  const memory =
    order.find((one) => one.answers(request)) ?? order.find((one) => one.isOwn(request)) ?? order[0];
  if (!memory) throw new TypeError(`Failed to fetch ${request.url}: the page has no widget.`);
  return memory.fetch(request);
}

const requestOf = (input: RequestInfo | URL, init?: RequestInit) =>
  input instanceof Request ? new Request(input, init) : new Request(new URL(input, document.baseURI), init);

/** Replaces `fetch`, so that no request reaches the network while a widget is on the page. */
function replaceFetch() {
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = requestOf(input, init);
    if (page.entries.at(-1)?.framed)
      throw new TypeError(
        `Failed to fetch ${request.url}: a sandboxed frame has no network. Use apiFetch of NousViz.widgets or of the prop host.`,
      );
    return send(request);
  };
  page.restoreFetch = patch(globalThis, { fetch });
}

/**
 * Creates the host of a widget and publishes it as `window.NousViz` until it is removed. Each widget on the page has its own host,
 * and the latest is published.
 *
 * @param enter Gives the page the global of a sandboxed frame.
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` if another library has set `window.NousViz`.
 */
export function addHost(
  memory: Memory,
  create: (fetch: typeof globalThis.fetch) => Host,
  enter?: (host: Host) => Framed,
): { host: Host; remove(): void } {
  const published: unknown = page.entries.at(-1)?.published.value;
  if (published && Reflect.get(globalThis, GLOBAL) === published) Reflect.deleteProperty(globalThis, GLOBAL);
  const host = create(async (input, init) => {
    const request = requestOf(input, init);
    if (memory.isHostRequest(request)) return memory.fetch(request);
    // A module may use the helpers of an earlier host.
    const framed = page.entries.includes(entry) ? undefined : page.entries.at(-1)?.framed;
    return framed ? framed.apiFetch(request) : send(request, memory);
  });
  const framed = enter?.(host);
  const entry: Entry = { memory, published: Object.getOwnPropertyDescriptor(globalThis, GLOBAL)!, framed };
  if (page.entries.push(entry) === 1) replaceFetch();
  return {
    host,
    remove() {
      page.entries.splice(page.entries.indexOf(entry), 1);
      framed?.leave();
      host.dispose();
      const latest = page.entries.at(-1);
      if (!latest) page.restoreFetch();
      else if (!Object.hasOwn(globalThis, GLOBAL))
        Object.defineProperty(globalThis, GLOBAL, latest.published);
    },
  };
}
