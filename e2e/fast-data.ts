import { widget } from './busy-widgets.ts';

const every = (ms: number, act = 'more()') =>
  `useEffect(() => { const t = setInterval(() => { ${act}; }, ${ms}); return () => clearInterval(t); }, []);`;

/** Widgets that update often because of something outside. */
export const LEGITIMATE = {
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

/** Reads lines, and shows each as soon as it is there, in its state and in a store. `source` is an async iterable of lines. */
const reader = (name: string, source: string) =>
  widget(
    `useSyncExternalStore(own.subscribe, own.get);
    useEffect(() => {
      const end = new AbortController();
      const { signal } = end;
      (async () => {
        for await (const line of ${source}) {
          if (signal.aborted) return;
          own.set(line);
          more();
        }
      })().catch((error) => { if (!signal.aborted) throw error; });
      return () => end.abort();
    }, []);`,
    `const own = createStore('${name}');
    /** The values that a source gives to a function, as an async iterable. */
    async function* values(start) {
      const queue = [];
      let wake = () => {};
      start((value) => { queue.push(value); wake(); });
      for (;;) {
        while (queue.length > 0) yield queue.shift();
        await new Promise((resolve) => (wake = resolve));
      }
    }
    async function* linesOf(body) {
      const reading = body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ''; ; ) {
        const { done, value } = await reading.read();
        if (done) return;
        const lines = (rest + value).split('\\n');
        rest = lines.pop();
        yield* lines;
      }
    }`,
  );

/** Widgets that read promises and streams of a server, or of another part of the page. */
export const streams = (feed: string): Record<string, string> => ({
  FetchBody: reader('body', `linesOf((await fetch('${feed}lines', { signal })).body)`),
  Socket: reader(
    'socket',
    `values((add) => {
      const socket = new WebSocket('${feed.replace('http', 'ws')}');
      socket.onmessage = ({ data }) => add(data);
      signal.addEventListener('abort', () => socket.close());
    })`,
  ),
  BroadcastStream: reader(
    'broadcast',
    `values((add) => {
      const [a, b] = [new BroadcastChannel('lines'), new BroadcastChannel('lines')];
      a.onmessage = ({ data }) => add(data);
      const t = setInterval(() => { for (let i = 0; i < 5; i++) b.postMessage(Math.random()); }, 8);
      signal.addEventListener('abort', () => { clearInterval(t); a.close(); b.close(); });
    })`,
  ),
  // Each message brings many lines, more than a chain of synchronous commits may have.
  Batches: reader(
    'batches',
    `values((add) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => { for (let i = 0; i < 2000; i++) add(data + i / 2000); };
      let n = 0;
      const t = setInterval(() => port2.postMessage(n++), 100);
      signal.addEventListener('abort', () => { clearInterval(t); port1.close(); });
    })`,
  ),
  // It asks for the next value in each effect, and gets it with a message.
  Next: widget(
    `useEffect(() => { let isOver = false; next().then(() => isOver || more()); return () => { isOver = true; }; }, [n]);`,
    `const { port1, port2 } = new MessageChannel();
    let resolveNext = () => {};
    port1.onmessage = () => resolveNext();
    setInterval(() => port2.postMessage(0), 4);
    const next = () => new Promise((resolve) => (resolveNext = resolve));`,
  ),
  Rows: widget(every(200, 'for (let i = 0; i < 700; i++) flushSync(more)')),
  GradualPromise: widget('useEffect(() => { if (n < 500) Promise.resolve().then(more); }, [n]);'),
  GradualStore: widget(
    `const shown = useSyncExternalStore(own.subscribe, own.get);
    useEffect(() => { if (shown < 900) queueMicrotask(() => own.set(shown + 1)); }, [shown]);
    return jsx('output', { children: String(shown) });`,
    `const own = createStore('gradual');`,
  ),
});
