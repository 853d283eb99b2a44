// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { checkWidget, cleanup, renderWidget, reply } from '@nousviz/widget-runtime/testing';
import { afterEach, expect, test } from 'vitest';
import Widget from './MyWidget.tsx';

afterEach(cleanup);

const pluginId = 'my-plugin';
const now = '2026-04-25T14:00:00Z';
const api = {
  'GET /items': [
    { id: 1, name: 'Desk lamp', count: 1480, updated_at: '2026-04-25T12:00:00Z' },
    { id: 2, name: 'Notebook', count: 7, updated_at: '2026-04-24T14:00:00Z' },
  ],
};

test('lists the items', async () => {
  const { getAllByRole } = await renderWidget(Widget, { pluginId, api, now });
  expect(getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    'Desk lamp 2 hours ago1,480',
    'Notebook 1 day ago7',
  ]);
});

test('shows at most config.limit items, filtered by the search', async () => {
  const { getAllByRole, getByLabelText, getByText } = await renderWidget(Widget, {
    pluginId,
    api,
    config: { limit: 1 },
  });
  expect(getAllByRole('listitem')).toHaveLength(1);
  fireEvent.change(getByLabelText('Search'), { target: { value: 'note' } });
  getByText('Notebook');
});

test('reports that the items cannot be loaded', async () => {
  const { getByRole } = await renderWidget(Widget, { pluginId, api: { 'GET /items': reply(500) } });
  expect(getByRole('alert').textContent).toContain('the server answered 500');
});

test('cleans up after itself and handles every kind of answer', async () => {
  await checkWidget(Widget, { pluginId, api });
});
