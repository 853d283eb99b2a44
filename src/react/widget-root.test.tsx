import {
  Activity,
  StrictMode,
  Suspense,
  startTransition,
  use,
  useEffect,
  useLayoutEffect,
  useState,
} from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { createStore } from '../host/index.ts';
import { WidgetRoot as Bare } from './widget-root.tsx';

// React's own scheduler runs these tests, as in a page, since act() would never end an endless loop.
const environment = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean | undefined };
let before: boolean | undefined;
let roots: Root[] = [];
beforeEach(() => {
  before = environment.IS_REACT_ACT_ENVIRONMENT;
  environment.IS_REACT_ACT_ENVIRONMENT = false;
});
afterEach(async () => {
  for (const root of roots) root.unmount();
  roots = [];
  // A removed root is emptied in a later task.
  await new Promise((resolve) => setTimeout(resolve));
  environment.IS_REACT_ACT_ENVIRONMENT = before;
  document.body.innerHTML = '';
});

function show(children: React.ReactNode) {
  const container = document.body.appendChild(document.createElement('div'));
  const root = createRoot(container);
  roots.push(root);
  root.render(children);
  return container;
}

const hold = () => () => {};
const isHidden = createStore(false);
const { signal } = new AbortController();
const isUnexpected = () => {
  throw new Error('not expected');
};

/** A widget's root that fails for each event that a test does not expect. */
const WidgetRoot = (given: Partial<Parameters<typeof Bare>[0]>) => (
  <Bare
    signal={signal}
    hold={hold}
    isHidden={isHidden}
    onCrash={isUnexpected}
    onFault={isUnexpected}
    {...given}
  />
);

/** Renders a widget in a root of its own until it crashes or is stopped. */
function Shown({
  children,
  onCrash,
  onFault,
}: Record<'onCrash' | 'onFault', (given: unknown) => void> & { children: React.ReactNode }) {
  const [stopped, setStopped] = useState(false);
  if (stopped) return <p>stopped</p>;
  const stop = (act: (given: unknown) => void) => (given: unknown) => {
    act(given);
    setStopped(true);
  };
  return (
    <WidgetRoot onCrash={stop(onCrash)} onFault={stop(onFault)}>
      {children}
    </WidgetRoot>
  );
}

const rendered = vi.fn();
function Looping() {
  const [count, setCount] = useState(0);
  rendered();
  // oxlint-disable-next-line react/set-state-in-effect, react-hooks/exhaustive-deps -- that is the loop
  useEffect(() => setCount(count + 1));
  return <p>{count}</p>;
}

function Counter() {
  const [count, setCount] = useState(0);
  return <button onClick={() => setCount(count + 1)}>{count}</button>;
}

test('stops a widget whose effect always sets state, while its neighbour still counts', async () => {
  expectConsole(/Maximum update depth exceeded/);
  const onFault = vi.fn();
  const never = vi.fn();
  const container = show(
    <>
      <Shown onCrash={never} onFault={onFault}>
        <Looping />
      </Shown>
      <Shown onCrash={never} onFault={never}>
        <Counter />
      </Shown>
    </>,
  );
  const button = await vi.waitUntil(() => container.querySelector('button'), { timeout: 20_000 });
  button.click();
  await vi.waitUntil(() => container.textContent.includes('stopped'), { timeout: 20_000 });
  expect(onFault).toHaveBeenCalledExactlyOnceWith({ code: 'RENDER_LOOP', count: 1000 });
  button.click();
  await vi.waitUntil(() => button.textContent === '2');
  // The loop itself has ended, not only its panel.
  const after = rendered.mock.calls.length;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(rendered).toHaveBeenCalledTimes(after);
  expect(never).not.toHaveBeenCalled();
}, 30_000);

const never = new Promise<string>(() => {});
const Waits = () => <p>{use(never)}</p>;

/** Shows data in a transition as soon as it arrives. */
function Later({ children }: { children: React.ReactNode }) {
  const [shown, setShown] = useState(false);
  useEffect(() => startTransition(() => setShown(true)), []);
  return shown ? children : <p>before</p>;
}

test('does not delay a transition of one widget while another’s waits for ever', async () => {
  const container = show(
    [<Waits key="waits" />, <p key="done">after</p>].map((child) => (
      <WidgetRoot key={child.key}>
        <Later>{child}</Later>
      </WidgetRoot>
    )),
  );
  await vi.waitUntil(() => container.textContent === 'beforeafter', { timeout: 5000 });
});

/** Renders a widget again from outside. */
function controlled() {
  const seen: { rerender?: (value: number) => void } = {};
  const Controlled = () => {
    const [value, setValue] = useState(0);
    useLayoutEffect(() => {
      seen.rerender = (next) => flushSync(() => setValue(next));
    }, []);
    return <p>{value}</p>;
  };
  return { seen, Controlled };
}

test.each([
  ['from outside', (value: number, rerender: (value: number) => void) => rerender(value)],
  ['with new props', (value: number, _: unknown, setProp: (value: number) => void) => setProp(value)],
])(
  'lets a widget render ten thousand times that is updated %s',
  async (_, update) => {
    const { seen, Controlled } = controlled();
    let setProp = (_value: number) => {};
    function Host() {
      const [prop, setValue] = useState(0);
      useLayoutEffect(() => {
        setProp = (next) => flushSync(() => setValue(next));
      }, []);
      return (
        <WidgetRoot>
          <Controlled key="widget" />
          <i>{prop}</i>
        </WidgetRoot>
      );
    }
    const container = show(<Host />);
    await vi.waitUntil(() => seen.rerender, { timeout: 20_000 });
    for (let value = 1; value <= 10_000; value += 1) update(value, seen.rerender!, setProp);
    await vi.waitUntil(() => container.textContent.includes('10000'));
  },
  60_000,
);

type Shown = 'shown' | 'hidden' | 'removed';

/** A host that hides its panels in each way that React has, and a counter in one of them. */
function hidden(kind: 'suspense' | 'activity', wrap = (node: React.ReactNode) => node) {
  let resume = () => {};
  let pending: Promise<void> | undefined;
  const Waiting = () => pending && <>{use(pending)}</>;
  const control: { set?: (next: Shown) => void } = {};
  const ended = vi.fn();
  const crashed = vi.fn();
  const holdIt = () => ended;
  let cleanups = 0;
  function Widget() {
    useEffect(() => () => void (cleanups += 1), []);
    return <Counter />;
  }
  function Host() {
    const [state, setState] = useState<Shown>('shown');
    useLayoutEffect(() => {
      control.set = (next) => {
        if (next === 'hidden') pending = new Promise((resolve) => (resume = resolve));
        flushSync(() => setState(next));
        if (next === 'shown') resume();
      };
    }, []);
    if (state === 'removed') return <p>removed</p>;
    const root = (
      <WidgetRoot hold={holdIt} onCrash={crashed}>
        <Widget />
      </WidgetRoot>
    );
    return kind === 'activity' ? (
      <Activity mode={state === 'hidden' ? 'hidden' : 'visible'}>{root}</Activity>
    ) : (
      <Suspense fallback={<p>hidden</p>}>
        {root}
        {state === 'hidden' && <Waiting />}
      </Suspense>
    );
  }
  const container = show(wrap(<Host />));
  return { container, control, ended, crashed, getCleanups: () => cleanups };
}

const wrappers = {
  'a page': (node: React.ReactNode) => node,
  StrictMode: (node: React.ReactNode) => <StrictMode>{node}</StrictMode>,
};
const hidings = (['suspense', 'activity'] as const).flatMap((kind) =>
  (Object.keys(wrappers) as (keyof typeof wrappers)[]).map((where) => [kind, where] as const),
);

test.each(hidings)(
  'keeps a widget’s state, element and handle while %s hides it in %s',
  async (kind, where) => {
    const { container, control, ended, getCleanups } = hidden(kind, wrappers[where]);
    const button = await vi.waitUntil(() => container.querySelector('button'), { timeout: 20_000 });
    button.click();
    await vi.waitUntil(() => button.textContent === '1');
    for (let round = 2; round < 4; round += 1) {
      control.set!('hidden');
      await new Promise((resolve) => setTimeout(resolve, 20));
      const place = button.closest<HTMLElement>('[style*="display: none"]');
      expect(place).not.toBeNull();
      control.set!('shown');
      await vi.waitUntil(() => !button.closest('[style*="display: none"]'));
      expect(container.querySelector('button')).toBe(button);
      button.click();
      await vi.waitUntil(() => button.textContent === String(round));
    }
    expect(ended).not.toHaveBeenCalled();
    expect(getCleanups()).toBe(0);
  },
);

test.each(hidings)('ends a widget that is removed while %s hides it in %s', async (kind, where) => {
  const { container, control, ended, getCleanups } = hidden(kind, wrappers[where]);
  const button = await vi.waitUntil(() => container.querySelector('button'), { timeout: 20_000 });
  control.set!('hidden');
  await new Promise((resolve) => setTimeout(resolve, 20));
  control.set!('removed');
  // At once, and not when React has time.
  expect(button.isConnected).toBe(false);
  await vi.waitUntil(() => getCleanups() === 1);
  expect(ended).toHaveBeenCalledOnce();
});

test('stops a widget that throws a new promise in each render', async () => {
  const ask = () => new Promise((resolve) => setTimeout(resolve, 1));
  const Asks = () => {
    throw ask();
  };
  const onFault = vi.fn();
  function Host() {
    const [stopped, setStopped] = useState(false);
    const stop = (fault: unknown) => {
      onFault(fault);
      setStopped(true);
    };
    return stopped ? (
      <p>stopped</p>
    ) : (
      <WidgetRoot onFault={stop}>
        <Asks />
        <Counter />
      </WidgetRoot>
    );
  }
  const container = show(<Host />);
  await vi.waitUntil(() => container.textContent === 'stopped', { timeout: 25_000 });
  expect(onFault).toHaveBeenCalledExactlyOnceWith({ code: 'SUSPENDS_FOREVER', count: 50 });
}, 30_000);

test('waits for a waterfall of requests, and for many requests at once', async () => {
  const cache = new Map<string, Promise<number>>();
  const ask = (name: string) => {
    const asked =
      cache.get(name) ?? new Promise<number>((resolve) => setTimeout(() => resolve(1), Math.random() * 5));
    cache.set(name, asked);
    return asked;
  };
  function Waterfall() {
    let sum = 0;
    for (let step = 0; step < 30; step += 1) sum += use(ask(`step ${step}`));
    return <p>{sum}</p>;
  }
  const Row = ({ row }: { row: number }) => <b>{use(ask(`row ${row}`))}</b>;
  const container = show(
    <WidgetRoot>
      <Waterfall />
      {Array.from({ length: 200 }, (_, row) => (
        <Suspense key={row} fallback="">
          <Row row={row} />
        </Suspense>
      ))}
    </WidgetRoot>,
  );
  await vi.waitUntil(() => container.textContent === `30${'1'.repeat(200)}`, { timeout: 25_000 });
}, 30_000);

test('finds the internal root in this version of React', () => {
  const root = createRoot(document.createElement('div'));
  expect(Reflect.get(root, '_internalRoot')).toMatchObject({
    current: expect.any(Object),
    pendingLanes: 0,
    pingCache: null,
  });
});

test('replaces one member of a root that does not render often', async () => {
  const container = show(
    <WidgetRoot>
      <Counter />
    </WidgetRoot>,
  );
  const { parentElement } = await vi.waitUntil(() => container.querySelector('button'));
  const key = Object.keys(parentElement!).find((name) => name.startsWith('__reactContainer$'))!;
  const { stateNode } = Reflect.get(parentElement!, key) as { stateNode: object };
  const members = Object.entries(Object.getOwnPropertyDescriptors(stateNode));
  expect(members.filter(([, { get }]) => get).map(([name]) => name)).toEqual(['current']);
});
