/** The bundle of a widget that shows `n`; `body` runs at each render, `module` once. */
export const widget = (body: string, module = '') => `
import * as React from '/api/widget-runtime/react.js';
import { flushSync } from '/api/widget-runtime/react-dom.js';
import { jsx, jsxs } from '/api/widget-runtime/react-jsx-runtime.js';
const { useState, useEffect, useLayoutEffect, useReducer, useRef, useSyncExternalStore, startTransition } = React;
const store = (globalThis.testStores ??= {});
const createStore = (name) => (store[name] ??= (() => {
  let value = 0;
  const listeners = new Set();
  return {
    get: () => value,
    set: (next) => { value = next; for (const listener of [...listeners]) listener(); },
    subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
  };
})());
${module}
export default function Widget(props) {
  const [n, setN] = useState(0);
  const more = () => setN((before) => before + 1);
  ${body}
  return jsx('output', { children: String(n) });
}`;

/** Widgets without end, each because of its own commits. */
export const LOOPS = {
  Passive: widget('useEffect(more);'),
  Object: widget('const [, set] = useState({}); useEffect(() => set({ n })); useEffect(() => setN(n + 1));'),
  LayoutPromise: widget('useLayoutEffect(() => void Promise.resolve().then(more));'),
  LongPromise: widget(
    'useEffect(() => void (async () => { for (let i = 0; i < 10; i++) await null; more(); })());',
  ),
  Transition: widget('useEffect(() => startTransition(more));'),
  LayoutTransition: widget('useLayoutEffect(() => startTransition(more));'),
  InTurn: widget(
    'useEffect(() => { if (n % 2 === 0) more(); }, [n]); return jsx(Child, { n, more });',
    `function Child({ n, more }) {
      useEffect(() => { if (n % 2 === 1) more(); }, [n]);
      return jsx('output', { children: String(n) });
    }`,
  ),
  Store: widget(
    'useEffect(() => own.subscribe(() => setN(own.get())), []); useEffect(() => own.set(own.get() + 1));',
    `const own = createStore('loop');`,
  ),
  // Two widgets that answer each other through a store.
  Ping: widget(
    'useEffect(() => ping.subscribe(() => setN(ping.get())), []); useEffect(() => pong.set(pong.get() + 1), [n]);',
    `const ping = createStore('ping'), pong = createStore('pong');`,
  ),
  Pong: widget(
    'useEffect(() => pong.subscribe(() => setN(pong.get())), []); useEffect(() => ping.set(ping.get() + 1), [n]);',
    `const ping = createStore('ping'), pong = createStore('pong');`,
  ),
  WithData: widget(
    'useEffect(() => { const t = setInterval(() => set({}), 10); return () => clearInterval(t); }, []); const [, set] = useState({}); useEffect(more);',
  ),
} satisfies Record<string, string>;

const awaits = (count: number, act: string) =>
  `void (async () => { for (let i = 0; i < ${count}; i++) await null; ${act}; })()`;

/** A widget that shows a store which its effect sets: the commits are synchronous. */
const sharing = (name: string, effect: string) =>
  widget(
    `useSyncExternalStore(own.subscribe, own.get); const set = () => own.set(own.get() + 1);
    useEffect(() => { ${effect}; });`,
    `const own = createStore('${name}');`,
  );

/** Widgets whose commits cause each other through promises and other microtasks. */
export const MICROTASK_LOOPS = {
  Then: widget('useEffect(() => void Promise.resolve().then(more));'),
  Await: widget(
    'useEffect(() => void (async () => { await data; more(); })());',
    'const data = Promise.resolve();',
  ),
  QueueMicrotask: widget('useEffect(() => queueMicrotask(more));'),
  Observer: widget(
    `const ref = useRef();
    useEffect(() => {
      const observer = new MutationObserver(more);
      observer.observe(ref.current, { characterData: true, childList: true, subtree: true });
      more();
      return () => observer.disconnect();
    }, []);
    return jsx('output', { ref, children: String(n) });`,
  ),
  Transition: widget('useEffect(() => queueMicrotask(() => startTransition(more)));'),
  FlushSync: widget('useEffect(() => queueMicrotask(() => flushSync(more)));'),
  Store: sharing('then', 'Promise.resolve().then(set)'),
  StoreAwait: sharing('await', awaits(3, 'set()')),
  ManyAwaits: widget(`useEffect(() => ${awaits(300, 'more()')});`),
  StoreManyAwaits: sharing('awaits', awaits(300, 'set()')),
  StoreWithData: sharing('data and loop', 'queueMicrotask(set)').replace(
    'useEffect(',
    'useEffect(() => { const t = setInterval(more, 10); return () => clearInterval(t); }, []); useEffect(',
  ),
  AfterClick: widget(
    `const ref = useRef();
    useEffect(() => { if (n > 0) queueMicrotask(() => flushSync(more)); });
    useEffect(() => ref.current.click(), []);
    return jsx('button', { ref, onClick: more, children: String(n) });`,
  ),
  // Two widgets that answer each other.
  PromisePing: widget(
    'useSyncExternalStore(ping.subscribe, ping.get); useEffect(() => queueMicrotask(() => pong.set(pong.get() + 1)));',
    `const ping = createStore('promise ping'), pong = createStore('promise pong');`,
  ),
  PromisePong: widget(
    'useSyncExternalStore(pong.subscribe, pong.get); useEffect(() => queueMicrotask(() => ping.set(ping.get() + 1)));',
    `const ping = createStore('promise ping'), pong = createStore('promise pong');`,
  ),
} satisfies Record<string, string>;

/** Loops that React itself stops, because they block the page. */
export const BLOCKING = {
  Layout: widget('useLayoutEffect(more);'),
  External: widget(
    'useSyncExternalStore(own.subscribe, own.get); useEffect(() => own.set(own.get() + 1));',
    `const own = createStore('blocking');`,
  ),
} satisfies Record<string, string>;

/** Widgets whose effect starts a request or a timer after each commit. */
export const SLOWED = {
  Fetch: widget(`useEffect(() => void fetch('/api/plugins').then((r) => r.json()).then(more));`),
  Helper: widget(`useEffect(() => void props.host.apiFetch('/api/plugins').then(more));`),
  GlobalHelper: widget(
    `useEffect(() => void NousViz.widgets.apiFetch('/api/plugins').then((r) => r.text()).then(more));`,
  ),
  Xhr: widget(
    `useEffect(() => { const x = new XMLHttpRequest(); x.onload = more; x.open('GET', '/api/plugins'); x.send(); });`,
  ),
  Timer: widget('useEffect(() => { const t = setTimeout(more, 0); return () => clearTimeout(t); });'),
  NewObject: widget(
    `const [data, setData] = useState({}); const options = {};
    useEffect(() => { const t = setTimeout(() => { setData({}); more(); }); return () => clearTimeout(t); }, [options, data]);`,
  ),
} satisfies Record<string, string>;

/** Loops of synchronous updates whose count React forgets or never has. */
export const TOGETHER = {
  // React counts nested updates for one root at a time.
  External: BLOCKING.External,
  Layout: BLOCKING.Layout,
  Another: widget(
    'useSyncExternalStore(own.subscribe, own.get); useLayoutEffect(() => own.set(own.get() + 1));',
    `const own = createStore('another');`,
  ),
  // Each update is in a microtask of its own.
  Microtasks: widget(
    'useSyncExternalStore(own.subscribe, own.get); useEffect(() => void Promise.resolve().then(() => own.set(own.get() + 1)));',
    `const own = createStore('microtasks');`,
  ),
} satisfies Record<string, string>;
