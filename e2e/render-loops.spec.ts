import { dashboard, expect, test, type Files } from './test.ts';

/** The bundle of a widget that shows `n`; `body` runs at each render, `module` once. */
const widget = (body: string, module = '') => `
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
const LOOPS = {
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

/** Loops that React itself stops, because they block the page. */
const BLOCKING = {
  Layout: widget('useLayoutEffect(more);'),
  External: widget(
    'useSyncExternalStore(own.subscribe, own.get); useEffect(() => own.set(own.get() + 1));',
    `const own = createStore('blocking');`,
  ),
} satisfies Record<string, string>;

const every = (ms: number, act = 'more()') =>
  `useEffect(() => { const t = setInterval(() => { ${act}; }, ${ms}); return () => clearInterval(t); }, []);`;

/** Widgets that update often because of something outside. */
const LEGITIMATE = {
  Interval: widget(every(4)),
  Burst: widget(every(50, 'for (let i = 0; i < 50; i++) more()')),
  FlushSync: widget(every(20, 'for (let i = 0; i < 5; i++) flushSync(more)')),
  Derived: widget(
    `${every(4)} const [a, setA] = useState(0); const [b, setB] = useState(0); const [, setC] = useState(0);
    useEffect(() => setA(n), [n]); useEffect(() => setB(a), [a]); useEffect(() => setC(b), [b]);`,
  ),
  Message: widget(
    `useEffect(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => more();
      const t = setInterval(() => { port2.postMessage(0); port2.postMessage(1); }, 4);
      return () => { clearInterval(t); port1.close(); };
    }, []);`,
  ),
  Broadcast: widget(
    `useEffect(() => {
      const [a, b] = [new BroadcastChannel('n'), new BroadcastChannel('n')];
      a.onmessage = () => more();
      const t = setInterval(() => b.postMessage(0), 5);
      return () => { clearInterval(t); a.close(); b.close(); };
    }, []);`,
  ),
  WorkerData: widget(
    `useEffect(() => {
      const source = 'setInterval(() => postMessage(0), 3)';
      const worker = new Worker(URL.createObjectURL(new Blob([source])));
      worker.onmessage = () => more();
      return () => worker.terminate();
    }, []);`,
  ),
  // The worker sends the next value when the widget has shown the last one.
  Acknowledged: widget(
    `const worker = useRef();
    useEffect(() => {
      const source = 'onmessage = () => postMessage(0)';
      worker.current = new Worker(URL.createObjectURL(new Blob([source])));
      worker.current.onmessage = () => more();
      return () => worker.current.terminate();
    }, []);
    useEffect(() => worker.current.postMessage(0), [n]);`,
  ),
  External: widget(
    `useSyncExternalStore(own.subscribe, own.get); ${every(4, 'own.set(own.get() + 1), more()')}`,
    `const own = createStore('data');`,
  ),
  Transition: widget(every(5, 'startTransition(more)')),
  Frame: widget(
    'useEffect(() => { const f = requestAnimationFrame(more); return () => cancelAnimationFrame(f); });',
  ),
  StopWatch: widget(
    'useEffect(() => { const t = setTimeout(more, 16); return () => clearTimeout(t); }, [n]);',
  ),
  Poll: widget(
    `useEffect(() => { const t = setTimeout(() => fetch('/api/plugins').then(more), 1000); return () => clearTimeout(t); }, [n]);`,
  ),
  Debounce: widget(
    `${every(4)} const [, set] = useState(0);
    useEffect(() => { const t = setTimeout(() => set(n), 0); return () => clearTimeout(t); }, [n]);`,
  ),
  Beacon: widget(`${every(15)} useEffect(() => void fetch('/api/plugins').catch(() => {}), [n]);`),
  // Many values that are there already, and a store that updates synchronously.
  Stream: widget(
    `useSyncExternalStore(own.subscribe, own.get);
    useEffect(() => {
      let isOver = false;
      const stream = new ReadableStream({ pull(c) { for (let i = 0; i < 20; i++) c.enqueue(i); return new Promise((r) => setTimeout(r, 5)); } });
      (async () => { for await (const chunk of stream) { if (isOver) return; own.set(own.get() + 1); more(); } })();
      return () => { isOver = true; };
    }, []);`,
    `const own = createStore('stream');`,
  ),
  Gradual: widget('useEffect(() => { if (n < 500) more(); }, [n]);'),
} satisfies Record<string, string>;

/** Widgets whose effect starts a request or a timer after each commit. */
const SLOWED = {
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

const install = (widgets: Record<string, string>): Files => ({
  ...Object.fromEntries(Object.entries(widgets).map(([name, text]) => [`${name}.js`, text])),
  'dashboards/main.yaml': dashboard(...Object.keys(widgets)),
});

test('stops every widget whose own commits cause each other', async ({ lab, expected }) => {
  expected.push(/RENDER_LOOP/, /WIDGET_CRASHED/, /Maximum update depth|#185/);
  await lab.install('loops', install({ ...LOOPS, ...BLOCKING }));
  await lab.trust('/plugin/loops/main');
  for (const [names, code] of [
    [Object.keys(LOOPS), 'RENDER_LOOP'],
    [Object.keys(BLOCKING), 'WIDGET_CRASHED'],
  ] as const)
    for (const name of names) {
      // The first of the two that is stopped ends the exchange.
      if (/^P[io]ng$/.test(name)) continue;
      await expect(lab.panel(`loops/${name}`).getByRole('alert'), name).toHaveAttribute('data-code', code);
    }
  const stopped = ['Ping', 'Pong'].map((name) => lab.panel(`loops/${name}`).getByRole('alert'));
  await expect(stopped[0]!.or(stopped[1]!).first()).toHaveAttribute('data-code', 'RENDER_LOOP');
});

/** Loops of synchronous updates whose count React forgets or never has. */
const TOGETHER = {
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

test('loops of several widgets that React does not count leave the page usable', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/WIDGET_CRASHED|RENDER_LOOP/, /Maximum update depth|#185/);
  const widgets = {
    ...TOGETHER,
    Works: widget('return jsx("button", { onClick: more, children: String(n) });'),
  };
  await lab.install('loops', install(widgets));
  await lab.trust('/plugin/loops/main');
  for (const name of ['External', 'Layout', 'Another'])
    await expect(lab.panel(`loops/${name}`).getByRole('alert'), name).toHaveAttribute(
      'data-code',
      /WIDGET_CRASHED|RENDER_LOOP/,
    );
  await page.getByRole('button', { name: '0', exact: true }).click();
  await expect(page.getByRole('button', { name: '1', exact: true })).toBeVisible();
});

test('lets every widget run that something outside updates, at any rate', async ({ lab, page }) => {
  await lab.install('busy', install(LEGITIMATE));
  await lab.trust('/plugin/busy/main');
  await page.waitForTimeout(10_000);
  for (const name of Object.keys(LEGITIMATE)) {
    const panel = lab.panel(`busy/${name}`);
    await expect(panel, name).toHaveAttribute('data-status', 'ready');
    await expect(panel.locator('[data-code]'), name).toHaveCount(0);
    const count = Number(await panel.locator('output').textContent());
    expect(count, name).toBeGreaterThan(name === 'Poll' ? 0 : 100);
    // It still runs.
    if (name !== 'Gradual') await expect(panel.locator('output'), name).not.toHaveText(String(count));
  }
});

for (const [name, text] of Object.entries(SLOWED))
  test(`names and slows a widget once that starts something after each commit: ${name}`, async ({
    lab,
    page,
    expected,
  }) => {
    expected.push(/UPDATES_ITSELF/);
    const lines: string[] = [];
    page.on('console', (message) => message.text().includes('UPDATES_ITSELF') && lines.push(message.text()));
    await lab.install('slow', install({ [name]: text }));
    await lab.trust('/plugin/slow/main');
    const panel = lab.panel(`slow/${name}`);
    await expect(panel.getByRole('note')).toHaveAttribute('data-code', 'UPDATES_ITSELF');
    await expect(panel).toHaveAttribute('data-status', 'ready');
    // Slow means that a request or timer takes longer than before: it still updates.
    const output = panel.locator('output');
    const count = Number(await output.textContent());
    for (let turn = 0; turn < 3; turn += 1) {
      const shown = await output.textContent();
      await expect(output).not.toHaveText(shown!);
    }
    expect(Number(await output.textContent()) - count).toBeLessThan(40);
    expect(lines).toHaveLength(1);
  });
