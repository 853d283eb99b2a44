import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { Dashboard, type DashboardProps } from './dashboard.tsx';
import { frames, openPage, stubWidth } from './page.test.kit.tsx';

beforeEach(() => void stubWidth());
afterEach(cleanup);

const dashboard = (props: Partial<DashboardProps> = {}) => (
  <Dashboard pluginId="demo" name="main" {...props} />
);

test('shows custom panels itself and passes the others to the host', async () => {
  const { show } = openPage({
    panels: [
      { type: 'heading', label: 'Top' },
      { type: 'custom', component: 'Counter' },
      { type: 'stat', sql: 'SELECT 1' },
    ],
  });
  const renderPanel = vi.fn(
    ({ type, source }, place) => `${type} ${source.sql ?? ''} ${place.pluginId} ${place.dashboardName}`,
  );
  await show(dashboard({ renderPanel }));
  expect(await screen.findByText('Count 0')).toBeTruthy();
  expect(frames()).toEqual(['demo/heading ready', 'demo/Counter ready', 'demo/stat ready']);
  expect(screen.getByText('stat SELECT 1 demo main')).toBeTruthy();
});

test('shows a skeleton while the dashboard loads', async () => {
  const { answer, show } = openPage();
  answer.mockReturnValueOnce(new Promise(() => {}));
  await show(dashboard());
  expect(screen.getByRole('status', { name: 'main is loading' })).toBeTruthy();
});

test('shows why a dashboard cannot be loaded, and loads it again on Retry', async () => {
  expectConsole(/API_FAILED/);
  const { answer, show } = openPage({ panels: [{ type: 'custom', component: 'Counter' }] });
  answer.mockImplementationOnce(async () => new Response('', { status: 500 }));
  await show(dashboard());
  expect((await screen.findByRole('alert')).textContent).toMatch(/HTTP 500/);
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
  await waitFor(() => expect(frames()).toEqual(['demo/Counter ready']));
  expect(screen.queryByRole('alert')).toBeNull();
});

test.each([{ panels: [] }, { title: 'Info', type: 'plugin_info' }, { panel: [{ type: 'stat' }] }])(
  'says that the dashboard %j has no panels',
  async (document) => {
    const { show } = openPage(document);
    await show(dashboard());
    expect((await screen.findByRole('note')).textContent).toBe('This dashboard has no panels.');
    expect(screen.queryByRole('alert')).toBeNull();
  },
);

test('names the rule that an unreadable dashboard breaks', async () => {
  expectConsole(/DASHBOARD_INVALID/);
  const { show } = openPage({ panels: 5 });
  await show(dashboard());
  const card = await screen.findByRole('alert');
  expect(card.dataset.code).toBe('DASHBOARD_INVALID');
  expect(card.textContent).toMatch(/main: panels is 5, but it must be a list/);
});

test('ignores the answer for a dashboard that is no longer shown', async () => {
  const { answer, page, show } = openPage({ panels: [{ type: 'stat', label: 'second' }] });
  let answerFirst: (response: Response) => void = () => {};
  answer.mockReturnValueOnce(new Promise((resolve) => (answerFirst = resolve)));
  const { rerender } = await show(dashboard({ name: 'first' }));
  await settle(() => rerender(page(dashboard({ name: 'second' }))));
  await waitFor(() => expect(frames()).toEqual(['demo/stat ready']));
  await settle(() => answerFirst(Response.json({ panels: [{ type: 'table' }] })));
  expect(frames()).toEqual(['demo/stat ready']);
});
