import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { createDashboards } from '../host/index.ts';
import { Dashboard, type DashboardProps } from './dashboard.tsx';
import { WidgetError } from '../contract/index.ts';
import { createWidgets, standardHelpers } from '../helpers/index.ts';
import type { Host } from '../host/index.ts';
import { HostProvider } from './provider.tsx';
import { createRegistry } from '../host/index.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { parseDashboard } from '../contract/words.ts';
import { loadView } from '../host/index.ts';
import { admit } from '../host/index.ts';

let narrow = false;
let onWidth = () => {};

beforeEach(() => {
  narrow = false;
  vi.stubGlobal('matchMedia', () => ({
    get matches() {
      return narrow;
    },
    addEventListener: (_: string, listener: () => void) => (onWidth = listener),
    removeEventListener: () => (onWidth = () => {}),
  }));
});
afterEach(cleanup);

function Counter() {
  const [count, setCount] = useState(0);
  return <button onClick={() => setCount(count + 1)}>Count {count}</button>;
}

async function setup(document: unknown) {
  const registry = createRegistry(async () => Counter);
  const { signal } = new AbortController();
  registry.sync([
    admit('demo', { name: 'Counter', path: 'C.js', filename: 'C.js' }, new Map([['demo', signal]])),
  ]);
  const view = await loadView();
  const list = { status: 'ready', view };
  const loadDashboard = vi.fn(async (pluginId: string, name: string) =>
    parseDashboard(document, pluginId, name),
  );
  const host = {
    registry,
    retry: () => {},
    report: vi.fn<(error: WidgetError) => void>(),
    dashboards: createDashboards(loadDashboard),
    warm: () => {},
    plugins: { subscribe: () => () => {}, getSnapshot: () => list },
    loadTimeout: 60_000,
    widgets: createWidgets({ apiBase: '/api', getSessionToken: () => null, fetch }, standardHelpers()),
  } as unknown as Host;
  const show = (props: Partial<DashboardProps> = {}) => (
    <HostProvider host={host}>
      <Dashboard pluginId="demo" name="main" {...props} />
    </HostProvider>
  );
  return {
    host,
    loadDashboard,
    show,
    render: (props?: Partial<DashboardProps>) => settle(() => render(show(props))),
  };
}

const frames = () =>
  [...document.querySelectorAll<HTMLElement>('[data-panel]')].map(
    ({ dataset }) => `${dataset.panel} ${dataset.status}`,
  );

test('shows custom panels itself and hands the others to the host, in order', async () => {
  const { render } = await setup({
    panels: [
      { type: 'heading', label: 'Top' },
      { type: 'custom', component: 'Counter', position: { row: 2, col: 2, width: 3 } },
      { type: 'stat', position: { row: 2, col: 1, width: 1 }, sql: 'SELECT 1' },
    ],
  });
  const renderPanel = vi.fn(
    ({ type, source }, place) => `${type} ${source.sql ?? ''} ${place.pluginId} ${place.dashboardName}`,
  );
  await render({ renderPanel });
  expect(frames()).toEqual(['demo/heading ready', 'demo/stat ready', 'demo/Counter ready']);
  expect(screen.getByText('stat SELECT 1 demo main')).toBeTruthy();
  const [stat, custom] = [...document.querySelectorAll<HTMLElement>('[data-panel]')].slice(1);
  expect([stat, custom].map((frame) => frame!.parentElement!.style.flexGrow)).toEqual(['1', '3']);
});

test('stacks panels where the page is narrow, without mounting them anew', async () => {
  const { render } = await setup({
    widgets: [{ type: 'custom', component: 'Counter', layout: { x: 6, y: 0, w: 6, h: 1 } }],
  });
  await render();
  const cell = document.querySelector<HTMLElement>('[data-panel]')!.parentElement!;
  expect(cell.style.gridArea).toBe('1 / 7 / 2 / 13');
  fireEvent.click(screen.getByRole('button'));
  narrow = true;
  await act(async () => onWidth());
  expect(cell.style.gridArea).toBe('');
  expect(screen.getByRole('button').textContent).toBe('Count 1');
});

test('shows a panel that cannot be read as a card in its place', async () => {
  const { host, render } = await setup({
    panels: [{ type: 'custom' }, { type: 'custom', component: 'Counter' }],
  });
  await render();
  expect(frames()).toEqual(['demo/custom failed', 'demo/Counter ready']);
  expect(screen.getByRole('alert').dataset.code).toBe('DASHBOARD_INVALID');
  expect(host.report).toHaveBeenCalledOnce();
});

test('contains a host’s panel that throws, and draws it again on Retry', async () => {
  expectConsole(/the <HostPanel> component/);
  const { render } = await setup({ panels: [{ type: 'stat' }, { type: 'custom', component: 'Counter' }] });
  let broken = true;
  await render({
    renderPanel: () => {
      if (broken) throw new Error('no such column');
      return 'fine';
    },
  });
  expect(screen.getByRole('alert').textContent).toMatch(/no such column/);
  fireEvent.click(screen.getByRole('button', { name: /Count/ }));
  broken = false;
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
  expect(screen.getByText('fine')).toBeTruthy();
  expect(screen.getByText('Count 1')).toBeTruthy();
});

test('says which types it cannot draw where the host draws none', async () => {
  const { render } = await setup({ panels: [{ type: 'stat' }] });
  await render();
  expect(screen.getByText('This host draws no "stat" panels.')).toBeTruthy();
});

test('says why a dashboard cannot be shown, and asks again on Retry', async () => {
  const { loadDashboard, render } = await setup({ panels: [{ type: 'custom', component: 'Counter' }] });
  loadDashboard.mockRejectedValueOnce(new WidgetError('API_FAILED', { url: '/x', message: 'HTTP 404' }));
  await render();
  expect(screen.getByRole('alert').textContent).toMatch(/HTTP 404/);
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
  expect(frames()).toEqual(['demo/Counter ready']);
});

test('drops the answer for a dashboard that was left', async () => {
  const { loadDashboard, show, render } = await setup({ panels: [{ type: 'stat', label: 'second' }] });
  let answerFirst = () => {};
  loadDashboard.mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        answerFirst = () => resolve(parseDashboard({ panels: [{ type: 'table' }] }, 'demo', 'first'));
      }),
  );
  const { rerender } = await render({ name: 'first' });
  await settle(() => rerender(show({ name: 'second' })));
  await settle(() => answerFirst());
  expect(frames()).toEqual(['demo/stat ready']);
});
