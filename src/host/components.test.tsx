import { render, screen } from '@testing-library/react';
import { StrictMode, type ComponentType } from 'react';
import { expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { createError } from '../contract/words.ts';
import { CustomPanel, useComponents } from '../react/index.ts';
import { openPage } from '../react/page.test.kit.tsx';
import { createRegistry } from './registry.ts';
import { admit, type Admission } from './trust.ts';

const failed = createError('BUNDLE_THREW', { file: 'w/Chart.js', message: 'no' });
const Clock = () => <p>12:00</p>;

const offer = (pluginId: string, name: string, isTrusted = true): Admission =>
  admit(
    pluginId,
    { name, path: `${name}.js`, filename: `${name}.js` },
    isTrusted ? new Map([[pluginId, new AbortController().signal]]) : new Map(),
  );

function setup(load = async () => Clock) {
  const registry = createRegistry(load as never);
  const listener = vi.fn();
  registry.components.subscribe(listener);
  const lines = () =>
    registry.components
      .getSnapshot()
      .map(({ pluginId, name, kind, status, code }) => [pluginId, name, kind, status, code].join(' '));
  return { registry, listener, lines, list: registry.components.getSnapshot };
}

test('lists built-ins and widgets with owner, kind and status', () => {
  const { registry, list } = setup();
  registry.sync([offer('sales', 'Chart'), offer('crm', 'Chart', false)]);
  registry.register('Clock', Clock);
  expect(list()).toEqual([
    { name: 'Clock', pluginId: null, kind: 'built-in', status: 'available' },
    { name: 'Chart', pluginId: 'sales', kind: 'widget', status: 'available' },
    { name: 'Chart', pluginId: 'crm', kind: 'widget', status: 'refused', code: 'AWAITING_CONSENT' },
  ]);
  expect(structuredClone(list())).toEqual(list());
  expect([list(), ...list()].every(Object.isFrozen)).toBe(true);
});

test('is the same object until something changes, and then notifies once', async () => {
  const { registry, listener, list } = setup();
  const admissions = [offer('sales', 'Chart')];
  registry.sync(admissions);
  const before = list();
  expect(listener).toHaveBeenCalledOnce();
  registry.sync(admissions);
  await registry.load('sales', 'Chart');
  registry.register('Clock', Clock)();
  expect(listener).toHaveBeenCalledTimes(3);
  // Equal again, but it was another list meanwhile.
  expect(list()).toEqual(before);
  const now = list();
  registry.sync(admissions);
  expect(list()).toBe(now);
  expect(listener).toHaveBeenCalledTimes(3);
});

test('shows a failed and a parked widget until it is loaded again', async () => {
  let isBroken = true;
  const { registry, lines } = setup(async () => {
    if (isBroken) throw failed;
    return Clock;
  });
  registry.sync([offer('sales', 'Chart')]);
  await registry.load('sales', 'Chart');
  expect(lines()).toEqual(['sales Chart widget failed BUNDLE_THREW']);
  isBroken = false;
  registry.retry('sales', 'Chart');
  expect(lines()).toEqual(['sales Chart widget available ']);
  await registry.load('sales', 'Chart');
  registry.park(registry.inspect('sales', 'Chart').slot, createError('WIDGET_CRASHED', { message: 'no' }));
  expect(lines()).toEqual(['sales Chart widget parked WIDGET_CRASHED']);
  registry.retry('sales', 'Chart');
  expect(lines()).toEqual(['sales Chart widget available ']);
});

test('is not made before it is read', () => {
  const registry = createRegistry(async () => Clock);
  const admission = offer('sales', 'Chart');
  const read = vi.fn(() => admission.component.name);
  const component = Object.defineProperty({ ...admission.component }, 'name', { get: read });
  registry.sync([{ ...admission, component } as Admission]);
  const count = read.mock.calls.length;
  for (const name of ['A', 'B', 'C']) registry.register(name, Clock);
  expect(read).toHaveBeenCalledTimes(count);
  registry.components.getSnapshot();
  expect(read.mock.calls.length).toBeGreaterThan(count);
});

test('useComponents loads the whole list and follows it', async () => {
  const { host, page } = openPage();
  const Picker = () => useComponents().map(({ pluginId, name }) => <p key={name}>{`${pluginId}/${name}`}</p>);
  await settle(() => render(<StrictMode>{page(<Picker />)}</StrictMode>));
  expect(screen.getByText('demo/Counter')).toBeTruthy();
  // As an app's own registry types its components.
  const typed: ComponentType<{ config: object }> = Clock;
  await settle(() => void host.register('Clock', typed));
  expect(screen.getByText('null/Clock')).toBeTruthy();
  expect(host.components.getSnapshot()).toHaveLength(2);
});

test('the card of an unknown name suggests a built-in', async () => {
  expectConsole(/No component named "Clok".*\[UNKNOWN_COMPONENT\]/);
  const { host, show } = openPage();
  host.register('Clock', Clock);
  await show(<CustomPanel pluginId="demo" dashboardName="main" component="Clok" />);
  expect(screen.getByRole('alert').dataset.code).toBe('UNKNOWN_COMPONENT');
  expect(screen.getByText('Did you mean Clock?')).toBeTruthy();
});
