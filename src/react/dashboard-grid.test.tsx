import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Dashboard } from './dashboard.tsx';
import { frames, openPage, stubWidth } from './page.test.kit.tsx';

let narrowPage = () => {};
beforeEach(() => {
  narrowPage = stubWidth();
});
afterEach(cleanup);

const dashboard = <Dashboard pluginId="demo" name="main" />;

test('shows panels in the order and with the widths of the document', async () => {
  const { show } = openPage({
    panels: [
      { type: 'heading', label: 'Top' },
      { type: 'custom', component: 'Counter', position: { row: 2, col: 2, width: 3 } },
      { type: 'stat', position: { row: 2, col: 1, width: 1 } },
    ],
  });
  await show(dashboard);
  await screen.findByText('Count 0');
  expect(frames()).toEqual(['demo/heading ready', 'demo/stat ready', 'demo/Counter ready']);
  const [stat, custom] = [...document.querySelectorAll<HTMLElement>('[data-panel]')].slice(1);
  expect([stat, custom].map((frame) => frame!.parentElement!.style.flexGrow)).toEqual(['1', '3']);
});

test('stacks panels on a narrow page, without a remount', async () => {
  const { show } = openPage({
    widgets: [{ type: 'custom', component: 'Counter', layout: { x: 6, y: 0, w: 6, h: 1 } }],
  });
  await show(dashboard);
  fireEvent.click(await screen.findByRole('button'));
  const cell = document.querySelector<HTMLElement>('[data-panel]')!.parentElement!;
  expect(cell.style.gridArea).toBe('1 / 7 / 2 / 13');
  await act(async () => narrowPage());
  expect(cell.style.gridArea).toBe('');
  expect(screen.getByRole('button').textContent).toBe('Count 1');
});
