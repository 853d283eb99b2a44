/** The members of Node's process that are used here. */
interface Process {
  getBuiltinModule?(name: 'node:vm'): { runInThisContext(code: string): unknown };
  rawListeners(event: string): ((...given: unknown[]) => void)[];
  on(event: string, listener: (...given: unknown[]) => void): void;
  removeAllListeners(event: string): void;
}

/** Node's own global object, also in Jest, whose tests have a copy; the page's own in a browser. */
export function nodeGlobal(): { process?: Process; MessageChannel?: typeof MessageChannel } {
  const here = globalThis as unknown as ReturnType<typeof nodeGlobal>;
  const vm = here.process?.getBuiltinModule?.('node:vm');
  return vm ? (vm.runInThisContext('globalThis') as typeof here) : here;
}

/** The page of a test: the global object itself, or a window beside it. */
export const pageOf = (): EventTarget & typeof globalThis =>
  (Reflect.get(globalThis, 'window') ?? globalThis) as EventTarget & typeof globalThis;

/** The names whose value in Node a window takes over: its own timers and clock could not be watched, and it has no `fetch`. */
const FROM_NODE = [
  'NousViz',
  'AbortController',
  'AbortSignal',
  'Date',
  'Headers',
  'Request',
  'Response',
  'cancelAnimationFrame',
  'clearInterval',
  'clearTimeout',
  'fetch',
  'queueMicrotask',
  'requestAnimationFrame',
  'setInterval',
  'setTimeout',
];

/** The names whose value in the window Node takes over: elements accept no events of Node. */
const FROM_WINDOW = [
  'CustomEvent',
  'Event',
  'EventTarget',
  'MessageEvent',
  'localStorage',
  'navigator',
  'sessionStorage',
];

const windowOf = () => Reflect.get(globalThis, 'window') as object | undefined;

/** Makes a property of one object that is always that of another one, as long as there is another one. */
function forward(target: object, name: PropertyKey, source: () => object | undefined) {
  const before = Object.getOwnPropertyDescriptor(target, name);
  if (before && !before.configurable) return;
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: before?.enumerable ?? true,
    get(): unknown {
      const from = source();
      if (!from) return before?.get ? before.get.call(target) : before?.value;
      const value: unknown = Reflect.get(from, name);
      // Methods of a window work only on it. They have no prototype, and classes have one.
      return typeof value === 'function' && !Object.hasOwn(value, 'prototype')
        ? (value as () => unknown).bind(from)
        : value;
    },
    set(value: unknown) {
      Reflect.set(source() ?? {}, name, value);
    },
  });
}

/** Lets the targets of a page accept the signals of Node, which are those that `fetch` accepts. */
function acceptSignals(page: EventTarget & typeof globalThis) {
  try {
    page.addEventListener('nousviz', () => {}, { signal: AbortSignal.abort() });
    return;
  } catch {
    // jsdom refuses signals that are not its own.
  }
  // Jest replaces the method of window.
  const owners = [page.EventTarget.prototype, page].filter((one) => Object.hasOwn(one, 'addEventListener'));
  for (const owner of owners) {
    const add = owner.addEventListener;
    const accept: Pick<EventTarget, 'addEventListener'> = {
      addEventListener(this: EventTarget | undefined, type, listener, options) {
        const { signal, ...rest } = typeof options === 'object' ? options : { capture: options ?? false };
        if (signal?.aborted) return;
        const target = this ?? page;
        add.call(target, type, listener, rest);
        const remove = () => target.removeEventListener(type, listener, rest);
        signal?.addEventListener('abort', remove, { once: true });
      },
    };
    Object.assign(owner, accept);
  }
}

/** Adds the features of browsers that Node has and a test environment lacks. */
function addMissing() {
  const { MessageChannel } = nodeGlobal();
  if (!('MessageChannel' in globalThis)) Object.assign(globalThis, { MessageChannel });
}

const joined = new WeakSet<object>();

/**
 * Makes one global object of Node's and a window that is not the global object, as in Node's own test runner with jsdom, and adds
 * what the environment lacks. Other test runners have already done most of it.
 */
export function completePage(): void {
  const page = pageOf();
  if (joined.has(page)) return;
  joined.add(page);
  addMissing();
  if (page !== globalThis) joinWindow(page);
  if ('document' in globalThis) acceptSignals(page);
}

/** Lets the global object and a window have the same properties. */
function joinWindow(page: object) {
  for (const name of FROM_WINDOW) if (name in page) forward(globalThis, name, windowOf);
  for (let level: object = page; level && level !== Object.prototype; level = Object.getPrototypeOf(level))
    for (const name of Object.getOwnPropertyNames(level))
      if (!(name in globalThis) && !FROM_NODE.includes(name)) forward(globalThis, name, windowOf);
  for (const name of FROM_NODE)
    if (name === 'NousViz' || name in globalThis) forward(page, name, () => globalThis);
}
