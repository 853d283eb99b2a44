import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { createContext, lazy, StrictMode, useContext, useEffect, useState } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { createHostError } from '../contract/index.ts';
import { createError } from '../contract/words.ts';
import type { CustomWidgetProps, HostInternals, PluginHandle, Widget } from '../host/index.ts';
import { admit } from '../host/trust.ts';
import { count, Counter, Crash, frame, offer, press, setup, signal, wait } from './panel.test.kit.tsx';

afterEach(cleanup);

test('waits for consent, and then mounts', async () => {
  const { registry, load, show, panel } = setup({ Chart: () => <p>chart</p> });
  registry.sync([offer('demo', 'Chart', false)]);
  await show(panel('Chart'));
  expect(frame('demo/Chart').dataset.status).toBe('refused');
  expect(screen.getByRole('note').textContent).toMatch(/waits for a decision.*Settings → Plugins/i);
  expect(load).not.toHaveBeenCalled();
  await act(async () => registry.sync([offer('demo', 'Chart')]));
  expect(screen.getByText('chart')).toBeTruthy();
});

test('unmounts on revoke, and runs the cleanup of effects', async () => {
  const left = vi.fn();
  const Chart: Widget = () => {
    useEffect(() => left, []);
    return <p>chart</p>;
  };
  const { registry, show, panel } = setup({ Chart });
  await show(panel('Chart'));
  await act(async () => registry.sync([offer('demo', 'Chart', false)]));
  await wait();
  expect(screen.queryByText('chart')).toBeNull();
  expect(left).toHaveBeenCalledOnce();
});

const crashes: [string, Widget][] = [
  [
    'an error in render',
    () => {
      throw new Error('boom');
    },
  ],
  [
    'null in render',
    () => {
      throw null;
    },
  ],
  [
    'a string in an effect',
    () => {
      useEffect(() => {
        throw 'boom';
      });
      return <p>gone</p>;
    },
  ],
];

test.each(crashes)('contains %s, while its neighbour still counts', async (_, Crashing) => {
  const { internals, show, panel } = setup({ Crash: Crashing, Counter });
  await show(
    <>
      {panel('Counter')}
      {panel('Crash')}
    </>,
  );
  expect(frame('demo/Crash').dataset.status).toBe('failed');
  const card = screen.getByRole('alert');
  expect(card.dataset.code).toBe('WIDGET_CRASHED');
  expect(card.textContent).toMatch(/The widget threw: (boom|null)/);
  expect(new Set(internals.report.mock.calls.flat()).size).toBe(1);
  expect(count()).toBe('Count 1');
});

test('contains a cleanup that throws when the route changes', async () => {
  const Leaver: Widget = () => {
    useEffect(
      () => () => {
        throw new Error('cleanup');
      },
      [],
    );
    return <p>here</p>;
  };
  const { internals, show, panel } = setup({ Leaver, Counter });
  const { rerender } = await show(<div key="route">{panel('Leaver')}</div>);
  const next = (
    <>
      <main key="next">{panel('Counter')}</main>
    </>
  );
  await act(async () => rerender(next));
  await wait();
  expect(internals.report).toHaveBeenCalledWith(
    expect.objectContaining({ code: 'WIDGET_CRASHED', cause: new Error('cleanup') }),
  );
  expect(count()).toBe('Count 1');
});

test('loads again on Retry, only for the crashed panel', async () => {
  const instances: number[] = [];
  const { load, show, panel } = setup(
    {
      Flaky: (attempt: number) => {
        instances.push(attempt);
        return ({ config }: { config: { crash?: boolean } }) => {
          if (config.crash && attempt === 0) throw new Error('boom');
          return <Counter />;
        };
      },
    } as never,
    true,
  );
  await show(
    <>
      {panel('Flaky')}
      {panel('Flaky', { config: { crash: true } })}
    </>,
  );
  expect(count()).toBe('Count 1');
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
  await wait();
  expect(instances).toEqual([0, 1]);
  expect(screen.queryByRole('alert')).toBeNull();
  expect(count(0)).toBe('Count 2');
  expect(count(1)).toBe('Count 1');
  load.mockClear();
});

test('shows the error of a failed Retry', async () => {
  const { internals, load, show, panel } = setup({
    Crash: () => {
      throw new Error('boom');
    },
  });
  await show(panel('Crash'));
  load.mockRejectedValueOnce(createError('UNREACHABLE', { file: 'Chart.js' }));
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
  expect(screen.getByRole('alert').dataset.code).toBe('UNREACHABLE');
  expect(new Set(internals.report.mock.calls.flat()).size).toBe(2);
});

test('retries a failed load through the host', async () => {
  const { internals, load, show, panel } = setup({ Chart: () => <p>chart</p> });
  load.mockRejectedValueOnce(createError('UNREACHABLE', { file: 'Chart.js' }));
  await show(panel('Chart'));
  expect(frame('demo/Chart').dataset.status).toBe('failed');
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
  expect(internals.retry).toHaveBeenCalledWith('demo', 'Chart');
  expect(screen.getByText('chart')).toBeTruthy();
});

test.each(['constructor', '__proto__', 'toString'])('does not resolve the name %s', async (name) => {
  const { show, panel } = setup({ Counter });
  await show(
    <>
      {panel(name)}
      {panel('Counter')}
    </>,
  );
  expect(frame(`demo/${name}`).dataset.status).toBe('unknown');
  expect(screen.getByRole('alert').dataset.code).toBe('UNKNOWN_COMPONENT');
  expect(count()).toBe('Count 1');
});

test('suggests similar names for an unknown component, and lists the candidates of an ambiguous one', async () => {
  const { registry, show, panel } = setup({ TicketList: () => null });
  registry.sync([offer('demo', 'TicketList'), offer('a', 'Chart'), offer('b', 'Chart')]);
  await show(
    <>
      {panel('TicketLst')}
      {panel('Chart')}
      {panel('Nowhere')}
    </>,
  );
  const cards = screen.getAllByRole('alert');
  expect(cards.map((card) => card.dataset.code)).toEqual([
    'UNKNOWN_COMPONENT',
    'AMBIGUOUS_COMPONENT',
    'UNKNOWN_COMPONENT',
  ]);
  expect(cards[0]!.textContent).toMatch(/"TicketLst".*Did you mean TicketList\?/);
  expect(cards[1]!.textContent).toMatch(/a\/Chart, b\/Chart/);
  expect(cards[2]!.textContent).toMatch(/frontend\.components in plugin\.yaml/);
});

test('shows one of the host’s own components that is registered late, with the host’s contexts', async () => {
  const Theme = createContext('none');
  const { registry, show, panel } = setup({});
  await show(<Theme.Provider value="dark">{panel('Late')}</Theme.Provider>);
  expect(frame('demo/Late').dataset.status).toBe('unknown');
  await act(async () => void registry.register('Late', () => <p>{useContext(Theme)}</p>));
  expect(screen.getByText('dark')).toBeTruthy();
});

test('shows the fallback of a suspended widget only in its own panel', async () => {
  let arrive: (module: { default: Widget }) => void = () => {};
  const Lazy = lazy(
    () => new Promise<{ default: Widget }>((resolve) => (arrive = resolve)),
  ) as unknown as Widget;
  const { show, panel } = setup({ Lazy, Counter });
  await show(
    <>
      {panel('Lazy')}
      {panel('Counter')}
    </>,
  );
  expect(count()).toBe('Count 1');
  await act(async () => arrive({ default: () => <p>arrived</p> }));
  await wait();
  expect(screen.getByText('arrived')).toBeTruthy();
  expect(count()).toBe('Count 2');
});

test('mounts again under StrictMode without an error', async () => {
  const { show, panel } = setup({ Counter });
  await show(<StrictMode>{panel('Counter')}</StrictMode>);
  await wait();
  expect(screen.getAllByRole('button')).toHaveLength(1);
});

test('does not count an error of a discarded root’s cleanup as a crash of the panel', async () => {
  const Leaver: Widget = () => {
    useEffect(
      () => () => {
        throw new Error('cleanup');
      },
      [],
    );
    return <p>here</p>;
  };
  const { show, panel } = setup({ Leaver });
  await show(<StrictMode>{panel('Leaver')}</StrictMode>);
  await wait();
  expect(screen.getByText('here')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('does not render a panel again for other components', async () => {
  let renders = 0;
  const names = Array.from({ length: 100 }, (_, index) => `Panel${index}`);
  const widgets = Object.fromEntries(names.map((name) => [name, () => ((renders += 1), null)]));
  const { registry, show, panel } = setup(widgets as unknown as Record<string, Widget>);
  await show(names.map((name) => <div key={name}>{panel(name)}</div>));
  expect(renders).toBe(100);
  await act(async () => {
    for (let index = 0; index < 10_000; index += 1) registry.register(`Built${index}`, () => null);
  });
  await act(async () =>
    registry.sync([
      ...names.map((name) => offer('demo', name)),
      ...names.map((_, index) => offer('other', `Other${index}`)),
    ]),
  );
  expect(renders).toBe(100);
});

test('reports a widget that loads for too long, and shows it when it arrives late', async () => {
  let arrive: (widget: Widget) => void = () => {};
  const { internals, load, show, panel } = setup({ Slow: () => <p>late</p> });
  Object.assign(internals, { loadTimeout: 5 });
  load.mockReturnValueOnce(new Promise((resolve) => (arrive = resolve)));
  await show(panel('Slow'));
  await waitFor(() => expect(screen.getByRole('alert').dataset.code).toBe('LOAD_TIMEOUT'));
  expect(frame('demo/Slow').dataset.status).toBe('loading');
  await settle(() => arrive(() => <p>late</p>));
  expect(screen.getByText('late')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('requests the bundle again on Retry while the first request hangs', async () => {
  const { internals, load, show, panel } = setup({ Slow: () => <p>second</p> });
  Object.assign(internals, { loadTimeout: 5 });
  load.mockReturnValueOnce(new Promise(() => {}));
  await show(panel('Slow'));
  const button = await screen.findByRole('button', { name: 'Retry' });
  await settle(() => fireEvent.click(button));
  expect(screen.getByText('second')).toBeTruthy();
});

test('reports a widget that suspends for ever', async () => {
  const never = new Promise(() => {});
  const { internals, show, panel } = setup({
    Never: () => {
      throw never;
    },
  });
  Object.assign(internals, { loadTimeout: 5 });
  await show(panel('Never'));
  await waitFor(() => expect(screen.getByRole('alert').dataset.code).toBe('LOAD_TIMEOUT'));
});

const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)];

test.each([
  [
    'BUNDLE_CHANGED',
    { changed: true, consented: null, sha256: NEW },
    false,
    /Crash\.js is not the file that was trusted/,
  ],
  ['PLUGINS_DISABLED', {}, true, /opened with \?disable-plugins/],
] as const)(
  'notes %s, without a Retry and without a line in the console',
  async (code, state, disabled, text) => {
    const { internals, registry, load, show, panel } = setup({ Crash: () => null, Counter });
    const component = { name: 'Crash', path: 'w/Crash.js', filename: 'Crash.js', ...state };
    registry.sync([
      admit('demo', component, new Map([['demo', signal]]), disabled),
      offer('demo', 'Counter'),
    ]);
    await show(
      <>
        {panel('Crash')}
        {panel('Counter')}
      </>,
    );
    const note = screen.getByRole('note');
    expect(note.dataset.code).toBe(code);
    expect(note.textContent).toMatch(text);
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
    expect(internals.report).not.toHaveBeenCalled();
    expect(load).toHaveBeenCalledOnce();
    expect(count()).toBe('Count 1');
  },
);

test('mounts a new version without a reload, and the neighbour’s state stays', async () => {
  const widgets = { Chart: () => <p>{version}</p>, Counter };
  let version = 'old';
  const { registry, show, panel } = setup(widgets);
  registry.sync([offer('demo', 'Chart', true, { sha256: OLD }), offer('demo', 'Counter')]);
  await show(
    <>
      {panel('Chart')}
      {panel('Counter')}
    </>,
  );
  expect(count()).toBe('Count 1');
  version = 'new';
  await settle(() =>
    registry.sync([offer('demo', 'Chart', true, { sha256: NEW }), offer('demo', 'Counter')]),
  );
  expect(screen.getByText('new')).toBeTruthy();
  expect(count()).toBe('Count 2');
});

test('parks a widget that crashes three times in all its panels, but not the plugin’s other widgets', async () => {
  const { load, show, panel } = setup({
    Flaky: ({ config }: CustomWidgetProps) => {
      if (config.crash) throw new Error('boom');
      return <p>fine</p>;
    },
    Counter,
  });
  await show(
    <>
      {panel('Flaky', { config: { crash: true } })}
      {panel('Flaky')}
      {panel('Counter')}
    </>,
  );
  await press('Retry');
  expect(screen.getByRole('alert').dataset.code).toBe('WIDGET_CRASHED');
  expect(screen.getByText('fine')).toBeTruthy();
  await press('Retry');
  const cards = screen.getAllByRole('alert');
  expect(cards.map(({ dataset }) => dataset.code)).toEqual(['WIDGET_PARKED', 'WIDGET_PARKED']);
  expect(cards[0]!.textContent).toMatch(
    /crashed 3 times within 60 s and is parked\. The last error: The widget threw: boom\./,
  );
  expect(frame('demo/Flaky').dataset.status).toBe('parked');
  expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  expect(count()).toBe('Count 1');
  load.mockClear();
  await wait();
  expect(load).not.toHaveBeenCalled();
});

test('releases a parked widget with a full crash budget', async () => {
  const { internals, show, panel } = setup({ Crash });
  Object.assign(internals, { crashBudget: { crashes: 2, within: 60_000 } });
  await show(panel('Crash'));
  await press('Retry');
  expect(frame('demo/Crash').dataset.status).toBe('parked');
  await press('Release');
  expect(screen.getByRole('alert').dataset.code).toBe('WIDGET_CRASHED');
  await press('Retry');
  expect(frame('demo/Crash').dataset.status).toBe('parked');
});

test('does not count crashes of other bytes', async () => {
  const { internals, registry, show, panel } = setup({ Crash });
  Object.assign(internals, { crashBudget: { crashes: 2, within: 60_000 } });
  registry.sync([offer('demo', 'Crash', true, { sha256: OLD })]);
  await show(panel('Crash'));
  await settle(() => registry.sync([offer('demo', 'Crash', true, { sha256: NEW })]));
  expect(screen.getByRole('alert').dataset.code).toBe('WIDGET_CRASHED');
  await press('Retry');
  expect(screen.getByRole('alert').dataset.code).toBe('WIDGET_PARKED');
  await settle(() => registry.sync([offer('demo', 'Crash', true, { sha256: OLD })]));
  expect(screen.getByRole('alert').dataset.code).toBe('WIDGET_CRASHED');
});

test('does not count crashes of removed panels', async () => {
  const Leaver: Widget = () => {
    useEffect(
      () => () => {
        throw new Error('cleanup');
      },
      [],
    );
    return <p>here</p>;
  };
  const { internals, show, panel } = setup({ Leaver });
  Object.assign(internals, { crashBudget: { crashes: 1, within: 60_000 } });
  const { rerender } = await show(panel('Leaver'));
  await settle(() => rerender(<p>elsewhere</p>));
  await wait();
  expect(internals.report).toHaveBeenCalledWith(expect.objectContaining({ cause: new Error('cleanup') }));
  await settle(() => rerender(<>{panel('Leaver')}</>));
  expect(screen.getByText('here')).toBeTruthy();
});

test('never parks one of the host’s own components, and does not send anyone to a plugin’s author', async () => {
  expectConsole(/The above error occurred in the <Crash> component/);
  const { internals, registry, show, panel } = setup({});
  Object.assign(internals, { crashBudget: { crashes: 1, within: 60_000 } });
  registry.register('Own', Crash as never);
  await show(panel('Own'));
  const card = await screen.findByRole('alert');
  expect(card.dataset.code).toBe('WIDGET_CRASHED');
  expect(card.textContent).toMatch(/This panel is the app’s own.*report it to the developers of this app/);
});

test('stops a widget in an endless render loop, counts it as a crash, and does not affect its neighbour', async () => {
  expectConsole(/Maximum update depth exceeded/);
  const Looping: Widget = () => {
    const [times, setTimes] = useState(0);
    useEffect(() => {
      // oxlint-disable-next-line react/set-state-in-effect -- that is the loop
      if (times > 0) setTimes(times + 1);
    }, [times]);
    return <button onClick={() => setTimes(1)}>loops</button>;
  };
  const { internals, show, panel } = setup({ Looping, Counter });
  Object.assign(internals, { crashBudget: { crashes: 2, within: 60_000 } });
  await show([<div key="a">{panel('Looping')}</div>, <div key="b">{panel('Counter')}</div>]);
  // React's own scheduler runs the loop, since act() would never end.
  const environment = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean };
  const loop = async () => {
    environment.IS_REACT_ACT_ENVIRONMENT = false;
    screen.getByRole('button', { name: 'loops' }).click();
    await vi.waitUntil(() => screen.queryByRole('alert'), { timeout: 25_000 });
    environment.IS_REACT_ACT_ENVIRONMENT = true;
  };
  await loop();
  expect(screen.queryByText('loops')).toBeNull();
  const card = screen.getByRole('alert');
  expect(card.dataset.code).toBe('RENDER_LOOP');
  expect(card.textContent).toMatch(/rendered 1000 times in a row.*demo\/Looping/);
  expect(frame('demo/Looping').dataset.status).toBe('failed');
  expect(new Set(internals.report.mock.calls.flat()).size).toBe(1);
  await press('Retry');
  expect(screen.getByText('loops')).toBeTruthy();
  await loop();
  expect(screen.getByRole('alert').dataset.code).toBe('WIDGET_PARKED');
  expect(count()).toBe('Count 1');
});

/** Makes a widget that sends a request when it mounts, and records its handle. */
function requester() {
  const seen: { handle?: PluginHandle; rejected?: unknown } = {};
  const record = (handle: PluginHandle) => (seen.handle = handle);
  const Requester: Widget = ({ host: handle }) => {
    record(handle!);
    useEffect(() => {
      handle!.apiFetch('/api/x').catch((error: unknown) => (seen.rejected = error));
    }, [handle]);
    return <p>requests</p>;
  };
  return { seen, Requester };
}

test('ends a widget’s requests when its panel is removed', async () => {
  const { seen, Requester } = requester();
  const { internals, show, panel } = setup({ Requester });
  const { rerender } = await show(panel('Requester'));
  expect(internals.request.mock.calls).toMatchObject([
    [{ pluginId: 'demo', component: 'Requester' }, '/api/x', undefined],
  ]);
  expect(seen.handle!.signal.aborted).toBe(false);
  await settle(() => rerender(<p>elsewhere</p>));
  await waitFor(() => expect(seen.rejected).toMatchObject({ name: 'AbortError' }));
  expect(seen.handle!.signal.aborted).toBe(true);
});

test('passes a signal that has not fired under StrictMode, and when a panel is shown again', async () => {
  const { seen, Requester } = requester();
  const { show, panel } = setup({ Requester });
  const { rerender } = await show(<StrictMode>{panel('Requester')}</StrictMode>);
  await wait();
  expect(seen.handle!.signal.aborted).toBe(false);
  const first = seen.handle!;
  await settle(() => rerender(<StrictMode />));
  await settle(() => rerender(<StrictMode>{panel('Requester')}</StrictMode>));
  await wait();
  expect([first.signal.aborted, seen.handle!.signal.aborted]).toEqual([true, false]);
});

test('does not end the requests of a widget that suspends while it is shown', async () => {
  const { seen, Requester } = requester();
  let arrive: () => void = () => {};
  const data = new Promise<void>((resolve) => (arrive = resolve));
  let arrived = false;
  void data.then(() => (arrived = true));
  const Suspending: Widget = (props) => {
    const [wants, setWants] = useState(false);
    // React 18 and 19 both suspend for a thrown promise.
    if (wants && !arrived) throw data;
    return (
      <>
        <Requester {...props} />
        <button onClick={() => setWants(true)}>{wants ? 'arrived' : 'more'}</button>
      </>
    );
  };
  const { show, panel } = setup({ Suspending });
  await show(panel('Suspending'));
  await press('more');
  expect(screen.getByRole('status')).toBeTruthy();
  expect(seen.handle!.signal.aborted).toBe(false);
  await settle(() => arrive());
  expect(screen.getByText('arrived')).toBeTruthy();
  expect(seen).not.toHaveProperty('rejected');
});

test('throws TRUST_REVOKED from a handle that a widget uses after trust is revoked', async () => {
  const { seen, Requester } = requester();
  const { registry, show, panel } = setup({ Requester });
  const grant = new AbortController();
  const component = { name: 'Requester', path: 'Requester.js', filename: 'Requester.js' };
  registry.sync([admit('demo', component, new Map([['demo', grant.signal]]))]);
  await show(panel('Requester'));
  expect(seen.handle!.formatNumber(1)).toBe('1');
  grant.abort(createHostError('TRUST_REVOKED', { pluginId: 'demo' }));
  await settle(() => registry.sync([offer('demo', 'Requester', false)]));
  expect(screen.getByRole('note').dataset.code).toBe('AWAITING_CONSENT');
  expect(() => seen.handle!.formatNumber(1)).toThrow(/TRUST_REVOKED/);
  await expect(seen.handle!.apiFetch('/api/x')).rejects.toMatchObject({ code: 'TRUST_REVOKED' });
});

test('passes no handle to the host’s own components', async () => {
  const seen: object[] = [];
  const { registry, show, panel } = setup({});
  registry.register('Own', ((props: object) => (seen.push(props), null)) as never);
  await show(panel('Own'));
  expect(seen[0]).not.toHaveProperty('host');
});

test('makes a handle only for a widget that reads it', async () => {
  const copied = vi.fn((target: object) => Reflect.ownKeys(target));
  const { internals, show, panel } = setup({
    Plain: () => <p>plain</p>,
    Asks: ({ host }: CustomWidgetProps) => <p>{host!.formatNumber(1234)}</p>,
  });
  internals.helpers = new Proxy<HostInternals['helpers']>(internals.helpers, { ownKeys: copied });
  await show(panel('Plain'));
  screen.getByText('plain');
  expect(copied).not.toHaveBeenCalled();
  await show(panel('Asks'));
  screen.getByText('1,234');
  expect(copied).toHaveBeenCalledOnce();
});
