import { startTransition, use, useEffect, useLayoutEffect, useState } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { WidgetRoot } from './widget-root.tsx';

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

/** Renders a widget in a root of its own until it crashes or is stopped. */
function Shown({
  children,
  onCrash,
  onLoop,
}: Record<'onCrash' | 'onLoop', (given: unknown) => void> & { children: React.ReactNode }) {
  const [stopped, setStopped] = useState(false);
  if (stopped) return <p>stopped</p>;
  const stop = (act: (given: unknown) => void) => (given: unknown) => {
    act(given);
    setStopped(true);
  };
  return (
    <WidgetRoot onCrash={stop(onCrash)} onLoop={stop(onLoop)}>
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
  const onLoop = vi.fn();
  const never = vi.fn();
  const container = show(
    <>
      <Shown onCrash={never} onLoop={onLoop}>
        <Looping />
      </Shown>
      <Shown onCrash={never} onLoop={never}>
        <Counter />
      </Shown>
    </>,
  );
  const button = await vi.waitUntil(() => container.querySelector('button'), { timeout: 20_000 });
  button.click();
  await vi.waitUntil(() => container.textContent.includes('stopped'), { timeout: 20_000 });
  expect(onLoop).toHaveBeenCalledExactlyOnceWith(1000);
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
  const onCrash = vi.fn();
  const container = show(
    [<Waits key="waits" />, <p key="done">after</p>].map((child) => (
      <WidgetRoot key={child.key} onCrash={onCrash} onLoop={onCrash}>
        <Later>{child}</Later>
      </WidgetRoot>
    )),
  );
  await vi.waitUntil(() => container.textContent === 'beforeafter', { timeout: 5000 });
  expect(onCrash).not.toHaveBeenCalled();
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

/** The time of the page's clock in milliseconds; it changes only when the test sets it. */
function stopClock() {
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  return (milliseconds: number) => (now += milliseconds);
}

test.each([
  ['200 times a second for a minute', 12_000, 5, 0],
  ['900 times at once', 900, 0, 0],
  ['1100 times at once', 1100, 0, 1],
  ['2000 times a second', 3000, 0.5, 1],
])(
  'judges a widget that renders %s',
  async (_, times, step, loops) => {
    const { seen, Controlled } = controlled();
    const onCrash = vi.fn();
    const onLoop = vi.fn();
    const container = show(
      <WidgetRoot onCrash={onCrash} onLoop={onLoop}>
        <Controlled />
      </WidgetRoot>,
    );
    await vi.waitUntil(() => seen.rerender, { timeout: 20_000 });
    const pass = stopClock();
    for (let value = 1; value <= times; value += 1) {
      pass(step);
      seen.rerender!(value);
    }
    expect(container.textContent).toBe(String(times));
    await Promise.resolve();
    expect(Math.min(1, onLoop.mock.calls.length)).toBe(loops);
    expect(onCrash).not.toHaveBeenCalled();
    vi.mocked(performance.now).mockRestore();
  },
  60_000,
);

test('finds the internal root in this version of React', () => {
  const root = createRoot(document.createElement('div'));
  expect(Reflect.get(root, '_internalRoot')).toHaveProperty('current', expect.any(Object));
});
