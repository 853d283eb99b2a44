import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { Dashboard } from './dashboard.tsx';
import { frames, openPage, stubWidth } from './page.test.kit.tsx';

beforeEach(() => void stubWidth());
afterEach(cleanup);

const dashboard = <Dashboard pluginId="demo" name="main" />;

test('shows a card in the place of an unreadable panel', async () => {
  expectConsole(/main: panels\[0\]\.component is missing, but it must be a string.*\[DASHBOARD_INVALID\]/);
  const { show } = openPage({
    panels: [{ type: 'custom' }, { type: 'custom', component: 'Counter' }],
  });
  await show(dashboard);
  expect((await screen.findByRole('alert')).dataset.code).toBe('DASHBOARD_INVALID');
  await screen.findByText('Count 0');
  expect(frames()).toEqual(['demo/custom failed', 'demo/Counter ready']);
  expect(console.error).toHaveBeenCalledOnce();
});

test('contains a host’s panel that throws, and renders it again on Retry', async () => {
  expectConsole(/the <Rendered> component/);
  expectConsole(/no such column.*\[WIDGET_CRASHED\]/);
  const { show } = openPage({ panels: [{ type: 'stat' }, { type: 'custom', component: 'Counter' }] });
  let broken = true;
  const renderPanel = () => {
    if (broken) throw new Error('no such column');
    return 'fine';
  };
  await show(<Dashboard pluginId="demo" name="main" renderPanel={renderPanel} />);
  const card = await screen.findByRole('alert');
  expect(card.textContent).toMatch(/This panel is the app’s own, and it threw: no such column/);
  expect(card.textContent).toMatch(/report it to the developers of this app/);
  expect(card.textContent).not.toMatch(/plugin’s author/);
  fireEvent.click(await screen.findByRole('button', { name: /Count/ }));
  broken = false;
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
  expect(screen.getByText('fine')).toBeTruthy();
  expect(screen.getByText('Count 1')).toBeTruthy();
});

test('names the type of a panel that the host does not render', async () => {
  const { show } = openPage({ panels: [{ type: 'stat' }] });
  await show(dashboard);
  expect(await screen.findByText('This host renders no "stat" panels.')).toBeTruthy();
});
