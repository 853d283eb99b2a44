import type { Host } from '../host/index.ts';
import { TestingError } from './errors.ts';
import type { Memory } from './memory.ts';
import { patch } from './trace.ts';

/** One widget on the page. */
interface Entry {
  memory: Memory;
  /** `window.NousViz` as its host published it. */
  published: PropertyDescriptor;
}

const GLOBAL = 'NousViz';
const page: { entries: Entry[]; restoreFetch: () => void } = { entries: [], restoreFetch: () => {} };

/** Whether the test framework's fake timers have taken the place of something. */
export const isFaked = (timer: unknown): boolean =>
  typeof timer === 'function' && Object.hasOwn(timer, 'clock');

/**
 * Says what is missing where widgets cannot be rendered.
 * @throws {TestingError} `ENVIRONMENT_INCOMPLETE`, `TIMERS_FAKED`
 */
export function assertPage(): void {
  const { process } = globalThis as { process?: { nextTick?: unknown } };
  if (isFaked(queueMicrotask) || isFaked(process?.nextTick))
    throw new TestingError(
      'TIMERS_FAKED',
      "Microtasks are faked, so no answer ever comes. Leave them out: jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }).",
    );
  const { AbortSignal } = globalThis as { AbortSignal?: { any?: unknown } };
  const missing = ['document', 'Request', 'Response'].filter((name) => !(name in globalThis));
  if (!AbortSignal?.any) missing.push('AbortSignal.any');
  if (missing.length === 0) return;
  throw new TestingError(
    'ENVIRONMENT_INCOMPLETE',
    `This test environment has no ${missing.join(', ')}. Run the test in jsdom with Node's fetch: in Vitest by "// @vitest-environment jsdom" at the top of the file, in Jest 30 by the environment jest-fixed-jsdom.`,
  );
}

/**
 * Sends a request to the widget that has the answer: to `first`, whose host was asked, before the others on the page. Helpers
 * that a module took from `NousViz.widgets` at its top belong to the host that was there then, and outlive it.
 */
async function send(request: Request, first?: Memory): Promise<Response> {
  const memories = page.entries.map(({ memory }) => memory).toReversed();
  const order = first && memories.includes(first) ? [first, ...memories] : memories;
  const memory =
    order.find((one) => one.answers(request)) ?? order.find((one) => one.isOwn(request)) ?? order[0];
  if (!memory) throw new TypeError(`Failed to fetch ${request.url}: no widget is on the page any more.`);
  return memory.fetch(request);
}

const requestOf = (input: RequestInfo | URL, init?: RequestInit) =>
  input instanceof Request ? new Request(input, init) : new Request(new URL(input, document.baseURI), init);

/** Keeps the network out, for as long as something is on the page. */
function replaceFetch() {
  const fetch: typeof globalThis.fetch = async (input, init) => send(requestOf(input, init));
  page.restoreFetch = patch(globalThis, { fetch });
}

/**
 * Brings a widget's host to the page, at once: `window.NousViz` is its own from then on, until it leaves. Of several on one page
 * each has a host of its own, and the latest is the one published.
 *
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` where `window.NousViz` is somebody else's.
 */
export function enterPage(
  memory: Memory,
  create: (fetch: typeof globalThis.fetch) => Host,
): { host: Host; leave(): void } {
  const mine: unknown = page.entries.at(-1)?.published.value;
  if (mine && Reflect.get(globalThis, GLOBAL) === mine) Reflect.deleteProperty(globalThis, GLOBAL);
  const host = create(async (input, init) => {
    const request = requestOf(input, init);
    return memory.isOfHost(request) ? memory.fetch(request) : send(request, memory);
  });
  const entry: Entry = { memory, published: Object.getOwnPropertyDescriptor(globalThis, GLOBAL)! };
  if (page.entries.push(entry) === 1) replaceFetch();
  return {
    host,
    leave() {
      page.entries.splice(page.entries.indexOf(entry), 1);
      host.dispose();
      const latest = page.entries.at(-1);
      if (!latest) page.restoreFetch();
      else if (!Object.hasOwn(globalThis, GLOBAL))
        Object.defineProperty(globalThis, GLOBAL, latest.published);
    },
  };
}
