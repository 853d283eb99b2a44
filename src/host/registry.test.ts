import { expect, test, vi } from 'vitest';
import type { ListedComponent } from '../contract/index.ts';
import { createError } from '../contract/words.ts';
import { createRegistry } from './registry.ts';
import { admit, type Admission, type Admitted, type Sandboxed } from './trust.ts';
import type { Widget } from './widget.ts';

const grant = new AbortController();
const grants = (...ids: string[]) => new Map(ids.map((id) => [id, grant.signal]));
const offer = (id: string, trusted = true, state: Partial<ListedComponent> = {}): Admission => {
  const [pluginId, name] = id.split('/') as [string, string];
  return admit(
    pluginId,
    { name, path: `${name}.js`, filename: `${name}.js`, ...state },
    trusted ? grants(pluginId) : new Map(),
  );
};
const widgetOf = new Map<string, Widget>();
const load = vi.fn(
  async ({ pluginId, component }: Admitted | Sandboxed, attempt: number): Promise<Widget> => {
    const widget: Widget = () => `${pluginId}/${component.name}#${attempt}`;
    widgetOf.set(`${pluginId}/${component.name}`, widget);
    return widget;
  },
);
const listDown = createError('API_FAILED', { url: '/api/plugins', message: 'down' });
const flush = () => new Promise((resolve) => setTimeout(resolve));

function setup() {
  load.mockClear();
  const registry = createRegistry(load);
  const watch = (pluginId: string, name: string) => {
    const listener = vi.fn();
    const unsubscribe = registry.subscribe(pluginId, name, listener);
    return { listener, unsubscribe, now: () => registry.getStatus(pluginId, name) };
  };
  return { registry, watch };
}

test('is loading until the list arrives, and then unknown', async () => {
  const { registry, watch } = setup();
  const panel = watch('a', 'Chart');
  expect(panel.now().status).toBe('loading');
  registry.sync([]);
  expect(panel.now().status).toBe('unknown');
  expect(panel.listener).toHaveBeenCalledOnce();
});

test('loads the component of a panel once, and no other', async () => {
  const { registry, watch } = setup();
  const panels = [watch('a', 'Chart'), watch('a', 'Chart')];
  registry.sync([offer('a/Chart'), offer('a/Other'), offer('b/Chart')]);
  expect(panels[0]!.now().status).toBe('loading');
  await flush();
  expect(load).toHaveBeenCalledOnce();
  expect(panels.map(({ now }) => now())).toEqual([panels[0]!.now(), panels[0]!.now()]);
  expect(panels[0]!.now()).toMatchObject({ status: 'ready', Widget: widgetOf.get('a/Chart') });
});

test('never loads a refused component', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart', false)]);
  const panel = watch('a', 'Chart');
  registry.retry('a', 'Chart');
  await flush();
  expect(panel.now()).toMatchObject({
    status: 'refused',
    code: 'AWAITING_CONSENT',
    owner: { pluginId: 'a' },
  });
  expect(load).not.toHaveBeenCalled();
  registry.sync([offer('a/Chart')]);
  await flush();
  expect(panel.now().status).toBe('ready');
});

test('removes a widget when trust is revoked, and ignores one that arrives later', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart')]);
  const panel = watch('a', 'Chart');
  registry.sync([offer('a/Chart', false)]);
  await flush();
  expect(panel.now().status).toBe('refused');
});

test('resolves the owner first, then the full name, then a built-in, then a unique bare name', async () => {
  const { registry, watch } = setup();
  const BuiltIn = () => null;
  registry.register('Chart', BuiltIn);
  registry.register('Clock', BuiltIn);
  registry.sync([offer('a/Chart'), offer('b/Chart'), offer('b/Map'), offer('c/Clock')]);
  const owners = [
    watch('a', 'Chart'),
    watch('a', 'b/Chart'),
    watch('c', 'Chart'),
    watch('a', 'Clock'),
    watch('a', 'Map'),
  ];
  await flush();
  expect(owners.map(({ now }) => now())).toMatchObject([
    { owner: { pluginId: 'a' } },
    { owner: { pluginId: 'b', component: 'Chart' } },
    { Widget: BuiltIn },
    { Widget: BuiltIn },
    { owner: { pluginId: 'b', component: 'Map' } },
  ]);
});

test('waits for the list before it shows a built-in, because the plugin may declare its name', async () => {
  const { registry, watch } = setup();
  registry.register('Chart', () => null);
  const panel = watch('a', 'Chart');
  expect(panel.now().status).toBe('loading');
  registry.sync([], { error: listDown });
  expect(panel.now().status).toBe('ready');
});

test('lists the candidates of an ambiguous name, and updates the list', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart'), offer('b/Chart'), offer('d/Chart', false)]);
  const panel = watch('c', 'Chart');
  expect(panel.now()).toEqual({
    status: 'unknown',
    code: 'AMBIGUOUS_COMPONENT',
    candidates: ['a/Chart', 'b/Chart'],
  });
  expect(panel.now()).toBe(panel.now());
  registry.sync([offer('a/Chart')]);
  await flush();
  expect(panel.now()).toMatchObject({ status: 'ready', owner: { pluginId: 'a' } });
});

test.each(['constructor', '__proto__', 'toString', 'a/constructor', 'hasOwnProperty', '', '/', 'a/'])(
  'resolves %j to nothing',
  (name) => {
    const { registry, watch } = setup();
    registry.sync([offer('a/Chart')]);
    expect(watch('a', name).now().status).toBe('unknown');
  },
);

test('shows a component that is registered after its panel', async () => {
  const { registry, watch } = setup();
  registry.sync([]);
  const panel = watch('a', 'Clock');
  expect(panel.now().status).toBe('unknown');
  const remove = registry.register('Clock', () => null);
  expect(panel.now().status).toBe('ready');
  remove();
  expect(panel.now().status).toBe('unknown');
  registry.sync([offer('a/Clock')]);
  await flush();
  expect(panel.now().status).toBe('ready');
});

test('replaces a built-in with a later one, which the earlier one’s function does not remove', () => {
  const { registry, watch } = setup();
  registry.sync([]);
  const [First, Second] = [() => null, () => null];
  const remove = registry.register('Clock', First);
  registry.register('Clock', Second);
  remove();
  expect(watch('a', 'Clock').now()).toMatchObject({ Widget: Second });
});

test('shows the first of several attempts that succeeds, and only the failure of the last', async () => {
  const { registry, watch } = setup();
  const settlers: { resolve: (widget: Widget) => void; reject: (error: unknown) => void }[] = [];
  for (let attempt = 0; attempt < 2; attempt += 1) {
    load.mockReturnValueOnce(new Promise((resolve, reject) => settlers.push({ resolve, reject })));
  }
  registry.sync([offer('a/Chart')]);
  const panel = watch('a', 'Chart');
  registry.retry('a', 'Chart');
  settlers[0]!.reject(createError('UNREACHABLE', { file: 'Chart.js' }));
  await flush();
  expect(panel.now().status).toBe('loading');
  const Late: Widget = () => null;
  settlers[1]!.resolve(Late);
  await flush();
  expect(panel.now()).toMatchObject({ status: 'ready', Widget: Late });
});

test('retries a failed load for every panel', async () => {
  const { registry, watch } = setup();
  load.mockRejectedValueOnce(
    createError('BUNDLE_THREW', { pluginId: 'a', file: 'Chart.js', message: 'boom' }),
  );
  registry.sync([offer('a/Chart')]);
  const panels = [watch('a', 'Chart'), watch('b', 'a/Chart')];
  await flush();
  expect(panels[0]!.now()).toMatchObject({
    status: 'failed',
    error: { code: 'BUNDLE_THREW', pluginId: 'a' },
  });
  registry.sync([offer('a/Chart')]);
  expect(panels[0]!.now().status).toBe('failed');
  expect(registry.retry('b', 'a/Chart')).toBe(true);
  expect(panels[1]!.now().status).toBe('loading');
  await flush();
  expect(panels.map(({ now }) => now().status)).toEqual(['ready', 'ready']);
  expect(load.mock.calls.map(([, attempt]) => attempt)).toEqual([0, 1]);
  expect(registry.retry('a', 'Nothing')).toBe(false);
});

test('reloads for one panel without affecting the others', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart')]);
  const panel = watch('a', 'Chart');
  await flush();
  const before = panel.now();
  const fresh = await registry.reload('a', 'Chart');
  expect(panel.now()).toBe(before);
  expect(before).not.toMatchObject({ Widget: fresh });
  expect(load.mock.calls.map(([, attempt]) => attempt)).toEqual([0, 1]);
});

test('fails with the list if no component has the name', async () => {
  const { registry, watch } = setup();
  const panel = watch('a', 'Chart');
  registry.sync([], { error: listDown });
  expect(panel.now()).toMatchObject({ status: 'failed', error: { code: 'API_FAILED' } });
  registry.sync([]);
  expect(panel.now().status).toBe('unknown');
});

test('notifies only the panels of a name', () => {
  const { registry, watch } = setup();
  registry.sync([]);
  const panels = Array.from({ length: 100 }, (_, index) => watch('a', `Panel${index}`));
  for (let index = 0; index < 10_000; index += 1) registry.register(`Built${index}`, () => null);
  registry.sync(Array.from({ length: 10_000 }, (_, index) => offer(`plugin-${index}/Chart${index}`)));
  expect(panels.every(({ listener }) => listener.mock.calls.length === 0)).toBe(true);
  registry.register('Panel7', () => null);
  expect(panels.map(({ listener }) => listener.mock.calls.length).indexOf(1)).toBe(7);
  for (const { unsubscribe } of panels) unsubscribe();
});

const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)];
const loads = () => load.mock.calls.map(([{ version }, attempt]) => [version, attempt]);

test('mounts a new version in place of the old one, and counts its attempts from 0', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart', true, { sha256: OLD })]);
  const panel = watch('a', 'Chart');
  await flush();
  await registry.reload('a', 'Chart');
  const before = panel.now();
  registry.sync([offer('a/Chart', true, { sha256: NEW })]);
  // The earlier version runs while the new one loads.
  expect(panel.now()).toEqual({ ...before, update: undefined });
  await flush();
  expect(panel.now()).toMatchObject({ status: 'ready', Widget: widgetOf.get('a/Chart'), hash: NEW });
  expect(panel.now()).not.toMatchObject({ slot: (before as { slot: object }).slot });
  expect(loads()).toEqual([
    [OLD, 0],
    [OLD, 1],
    [NEW, 0],
  ]);
});

test('leaves a widget alone while other bytes await a decision', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart', true, { sha256: OLD })]);
  const panel = watch('a', 'Chart');
  await flush();
  await flush();
  const before = panel.now();
  panel.listener.mockClear();
  registry.sync([offer('a/Chart', true, { sha256: NEW, changed: true, consented: { sha256: OLD } })]);
  await flush();
  expect(panel.now()).toBe(before);
  expect(panel.listener).not.toHaveBeenCalled();
  expect(loads()).toEqual([[OLD, 0]]);
});

test('ignores an old version that arrives after the new one', async () => {
  const { registry, watch } = setup();
  let arrive: (widget: Widget) => void = () => {};
  load.mockReturnValueOnce(new Promise((resolve) => (arrive = resolve)));
  registry.sync([offer('a/Chart', true, { sha256: OLD })]);
  const panel = watch('a', 'Chart');
  registry.sync([offer('a/Chart', true, { sha256: NEW })]);
  await flush();
  const ready = panel.now();
  arrive(() => null);
  await flush();
  expect(panel.now()).toBe(ready);
});

test('refuses a component that came with a change, with its file', () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart', true, { sha256: NEW, changed: true, consented: null })]);
  expect(watch('a', 'Chart').now()).toEqual({
    status: 'refused',
    owner: { pluginId: 'a', component: 'Chart' },
    code: 'BUNDLE_CHANGED',
    file: 'Chart.js',
  });
  expect(load).not.toHaveBeenCalled();
});

test('continues to count attempts after a revoke if the bytes have no hash', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart')]);
  watch('a', 'Chart');
  await flush();
  registry.sync([offer('a/Chart', false)]);
  registry.sync([offer('a/Chart')]);
  await flush();
  expect(loads()).toEqual([
    [undefined, 0],
    [undefined, 1],
  ]);
});

/** Returns the slot of a loaded widget. */
const slotOf = (status: object) => (status as { slot: object }).slot;
const parked = createError('WIDGET_PARKED', {
  pluginId: 'a',
  component: 'Chart',
  count: 3,
  seconds: 60,
  message: 'boom',
});

test('parks a widget in all its panels, and no other widget, until it is released', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart'), offer('a/Map')]);
  const panels = [watch('a', 'Chart'), watch('b', 'a/Chart')];
  const other = watch('a', 'Map');
  await flush();
  const slot = slotOf(panels[0]!.now());
  other.listener.mockClear();
  registry.park(slot, parked);
  for (const { now } of panels) {
    expect(now()).toEqual({
      status: 'parked',
      owner: { pluginId: 'a', component: 'Chart' },
      error: parked,
    });
  }
  expect(other.now().status).toBe('ready');
  expect(other.listener).not.toHaveBeenCalled();
  registry.sync([offer('a/Chart'), offer('a/Map')]);
  await flush();
  expect(panels[0]!.now().status).toBe('parked');
  expect(load).toHaveBeenCalledTimes(2);

  expect(registry.retry('b', 'a/Chart')).toBe(true);
  await flush();
  expect(panels.map(({ now }) => now().status)).toEqual(['ready', 'ready']);
  expect(slotOf(panels[0]!.now())).not.toBe(slot);
  expect(load.mock.lastCall?.[1]).toBe(1);
});

test('does not load a parked widget for a later panel', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart')]);
  const panel = watch('a', 'Chart');
  await flush();
  registry.park(slotOf(panel.now()), parked);
  panel.unsubscribe();
  expect(watch('a', 'Chart').now().status).toBe('parked');
  await flush();
  expect(load).toHaveBeenCalledOnce();
});

test('releases a parked widget whose bytes change', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart', true, { sha256: OLD })]);
  const panel = watch('a', 'Chart');
  await flush();
  registry.park(slotOf(panel.now()), parked);
  registry.sync([offer('a/Chart', true, { sha256: NEW })]);
  await flush();
  expect(panel.now().status).toBe('ready');
});

test('parks neither a replaced version nor one of the host’s own components', async () => {
  const { registry, watch } = setup();
  registry.register('Clock', () => null);
  registry.sync([offer('a/Chart', true, { sha256: OLD })]);
  const [panel, clock] = [watch('a', 'Chart'), watch('a', 'Clock')];
  await flush();
  const slot = slotOf(panel.now());
  registry.sync([offer('a/Chart', true, { sha256: NEW })]);
  await flush();
  registry.park(slot, parked);
  registry.park(slotOf(clock.now()), parked);
  expect([panel.now().status, clock.now().status]).toEqual(['ready', 'ready']);
});

test('has the signal of the grant for a widget, and no signal for the host’s own components', async () => {
  const { registry, watch } = setup();
  registry.register('Clock', () => null);
  registry.sync([offer('a/Chart')]);
  const [panel, clock] = [watch('a', 'Chart'), watch('a', 'Clock')];
  await flush();
  expect(panel.now()).toMatchObject({ signal: grant.signal });
  expect(clock.now()).not.toHaveProperty('signal');
});

test('inspects a name without loading it', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart')]);
  const { slot, watchers } = registry.inspect('a', 'Chart');
  expect(slot).toMatchObject({ admission: { pluginId: 'a' }, status: { status: 'loading' } });
  expect(slot.attempts).toBeUndefined();
  expect(watchers).toBe(0);
  expect(load).not.toHaveBeenCalled();
  const panels = [watch('a', 'Chart'), watch('b', 'a/Chart')];
  await flush();
  expect(registry.inspect('a', 'Chart')).toMatchObject({ slot: { attempts: 1 }, watchers: 2 });
  panels[0]!.unsubscribe();
  expect(registry.inspect('a', 'Chart').watchers).toBe(1);
  expect(registry.inspect('a', 'constructor').slot.admission).toBeUndefined();
});

test('does not count panels that show another plugin’s component of that name', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart'), offer('b/Chart')]);
  watch('b', 'Chart');
  expect(registry.inspect('a', 'Chart').watchers).toBe(0);
  expect(registry.inspect('b', 'Chart').watchers).toBe(1);
});

test('decides names that a part of the list is complete for, and waits with the others', async () => {
  const { registry, watch } = setup();
  registry.register('Clock', () => null);
  const [own, clock, other, elsewhere] = [
    watch('a', 'Chart'),
    watch('a', 'Clock'),
    watch('a', 'Missing'),
    watch('b', 'Clock'),
  ];
  registry.sync([offer('a/Chart')], { isSettled: (pluginId) => pluginId === 'a' });
  await vi.waitFor(() => expect(own.now().status).toBe('ready'));
  expect([clock, other, elsewhere].map((panel) => panel.now().status)).toEqual([
    'ready',
    'loading',
    'loading',
  ]);
  registry.sync([offer('a/Chart')]);
  expect([other, elsewhere].map((panel) => panel.now().status)).toEqual(['unknown', 'ready']);
});

test('loads a name before it is watched', async () => {
  const { registry, watch } = setup();
  registry.sync([offer('a/Chart')]);
  await registry.load('a', 'Chart');
  await registry.load('a', 'Missing');
  expect(watch('a', 'Chart').now().status).toBe('ready');
  expect(load).toHaveBeenCalledOnce();
});

const place = { pluginId: 'a', component: 'Chart', file: 'Chart.js' };
const taken = createError('NAME_TAKEN', { ...place, name: '<x-y>', definer: 'it', message: 'no' });
const threw = createError('BUNDLE_THREW', { ...place, message: 'boom' });
const lost = createError('UNREACHABLE', place);

/** Shows a component of known bytes in one panel. */
async function shown() {
  load.mockClear();
  const onFailure = vi.fn();
  const registry = createRegistry(load, onFailure);
  const sync = (sha256: string, trusted = true) =>
    registry.sync([
      admit(
        'a',
        { name: 'Chart', path: 'Chart.js', filename: 'Chart.js', sha256 },
        trusted ? grants('a') : new Map(),
      ),
    ]);
  sync(OLD);
  const now = () => registry.getStatus('a', 'Chart');
  const unsubscribe = registry.subscribe('a', 'Chart', () => {});
  await flush();
  return { registry, sync, now, unsubscribe, onFailure, Widget: widgetOf.get('a/Chart') };
}

test.each([taken, threw])('continues with a widget whose bytes cannot run twice: $code', async (error) => {
  const { registry, now, onFailure, Widget } = await shown();
  load.mockRejectedValueOnce(error);
  expect(await registry.reload('a', 'Chart')).toBe(Widget);
  const slot = slotOf(now());
  registry.park(slot, parked);
  load.mockRejectedValueOnce(error);
  registry.retry('a', 'Chart');
  await flush();
  expect(now()).toMatchObject({ status: 'ready', Widget, update: undefined });
  // With a full crash budget.
  expect(slotOf(now())).not.toBe(slot);
  expect(onFailure.mock.calls).toEqual([[parked]]);
});

test('rejects a reload that fails for another reason', async () => {
  const { registry } = await shown();
  load.mockRejectedValueOnce(lost);
  await expect(registry.reload('a', 'Chart')).rejects.toBe(lost);
});

test.each([taken, threw])('continues with the earlier version of an update: $code', async (error) => {
  const { registry, sync, now, onFailure, Widget } = await shown();
  const before = now();
  load.mockRejectedValueOnce(error);
  sync(NEW);
  await flush();
  expect(now()).toEqual({ ...before, update: error });
  expect(onFailure.mock.calls).toEqual([[error]]);
  load.mockRejectedValueOnce(error);
  expect(await registry.reload('a', 'Chart')).toBe(Widget);
  // A later update that runs replaces it.
  sync('c'.repeat(64));
  expect(now()).toEqual({ ...before, update: undefined });
  await flush();
  expect(now()).toMatchObject({ hash: 'c'.repeat(64) });
  expect(slotOf(now())).not.toBe(slotOf(before));
});

test('shows why an update could not be loaded, and returns to the earlier version if Retry runs into it', async () => {
  const { registry, sync, now, Widget } = await shown();
  load.mockRejectedValueOnce(lost);
  sync(NEW);
  await flush();
  expect(now()).toMatchObject({ status: 'failed', error: lost });
  load.mockRejectedValueOnce(taken);
  registry.retry('a', 'Chart');
  await flush();
  expect(now()).toMatchObject({ status: 'ready', Widget, update: taken });
});

test('loads an update that no panel shows when one shows it, and continues with the earlier version', async () => {
  const { registry, sync, now, unsubscribe, Widget } = await shown();
  unsubscribe();
  sync(NEW);
  expect(now().status).toBe('loading');
  load.mockRejectedValueOnce(taken);
  registry.subscribe('a', 'Chart', () => {});
  await flush();
  expect(now()).toMatchObject({ status: 'ready', Widget, hash: OLD, update: taken });
});

test('parks the earlier version of an update, and not the update after it', async () => {
  const { registry, sync, now } = await shown();
  load.mockRejectedValueOnce(taken);
  sync(NEW);
  await flush();
  registry.park(slotOf(now()), parked);
  expect(now().status).toBe('parked');
  load.mockRejectedValueOnce(taken);
  sync('c'.repeat(64));
  await flush();
  expect(now()).toMatchObject({ status: 'failed', error: taken });
});

test('removes the earlier version when trust is revoked, and does not return to it', async () => {
  const { sync, now } = await shown();
  load.mockRejectedValueOnce(taken);
  sync(NEW);
  sync(NEW, false);
  expect(now().status).toBe('refused');
  await flush();
  expect(now().status).toBe('refused');
  load.mockRejectedValueOnce(taken);
  sync(NEW);
  await flush();
  expect(now()).toMatchObject({ status: 'failed', error: taken });
});
