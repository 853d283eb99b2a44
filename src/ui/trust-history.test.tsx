import { fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { exportTrustHistory, source, trustHistory } from './history-client.ts';
import { HARMLESS, HOSTILE, openPage, plugin, until } from './page.test.kit.tsx';
import { TrustHistory } from './trust-history.tsx';

const files = { ...plugin('alpha', HARMLESS), ...plugin('beta', HOSTILE) };
const rows = () =>
  [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')]
      .slice(1, 4)
      .map(({ textContent }) => textContent.trim())
      .join(' | '),
  );

async function openWithDecisions() {
  const page = await openPage({ files });
  const { plugins } = page.host;
  await plugins.trust('alpha');
  await page.write(plugin('alpha', `${HARMLESS}\n`));
  await plugins.trust('alpha');
  await plugins.sandbox('beta');
  await plugins.revoke('alpha');
  return page;
}

test('shows who decided what, the newest first, in pages', async () => {
  const { show } = await openWithDecisions();
  await show(<TrustHistory limit={3} />);
  await until(() =>
    expect(rows()).toEqual([
      'operator | The alpha | Revoked',
      'operator | The beta | Sandboxed',
      'operator | The alpha | Accepted a change',
    ]),
  );
  expect(screen.getByText('3 decisions shown')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
  await until(() => expect(rows()).toHaveLength(4));
  expect(rows()[3]).toBe('operator | The alpha | Trusted');
  expect(screen.getByText('4 decisions shown. These are all.')).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
});

test('filters on the server, and reads the record again after a decision', async () => {
  const { show, host } = await openWithDecisions();
  await show(<TrustHistory />);
  await until(() => expect(rows()).toHaveLength(4));
  fireEvent.change(screen.getByLabelText('Decision'), { target: { value: 'sandbox' } });
  await until(() => expect(rows()).toEqual(['operator | The beta | Sandboxed']));
  fireEvent.change(screen.getByLabelText('Decision'), { target: { value: '' } });
  fireEvent.change(screen.getByLabelText('Plugin'), { target: { value: 'beta' } });
  await until(() => expect(rows()).toHaveLength(1));
  await host.plugins.revoke('beta');
  await until(() => expect(rows()[0]).toBe('operator | The beta | Revoked'));
  const who = screen.getByLabelText('Who');
  fireEvent.change(who, { target: { value: 'nobody' } });
  await screen.findByText('No recorded decision matches.');
  fireEvent.change(who, { target: { value: 'OPER' } });
  await until(() => expect(rows()[0]).toBe('operator | The beta | Revoked'));
});

test('marks decisions that no page of ours made', async () => {
  const { show, server } = await openPage({ files });
  const url = 'http://localhost:3000/api/plugins/alpha/trust-frontend';
  expect((await server.fetch(new Request(url, { method: 'POST' }))).status).toBe(200);
  await show(<TrustHistory pluginId="alpha" />);
  await until(() => expect(document.body.textContent).toContain('not in this app'));
});

test.each([
  [401, 'Only those who may trust plugins see the history.'],
  [404, 'This server keeps no trust history.'],
])('says what an answer %i means', async (status, text) => {
  const { show } = await openPage({
    files,
    host: {
      fetch: async (input) =>
        (input as Request).url.includes('trust-history')
          ? Response.json({ detail: 'no' }, { status })
          : Response.json({ plugins: [] }),
    },
  });
  await show(<TrustHistory />);
  await screen.findByText(text);
});

test('shows the error of a server that fails, and requests the record again', async () => {
  let status = 500;
  const { show } = await openPage({
    files,
    host: {
      fetch: async (input) =>
        (input as Request).url.includes('trust-history')
          ? Response.json(status === 200 ? { records: [], next: null } : { detail: 'The disk is full.' }, {
              status,
            })
          : Response.json({ plugins: [] }),
    },
  });
  await show(<TrustHistory />);
  expect((await screen.findByRole('alert')).textContent).toContain('The disk is full.');
  status = 200;
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
  await screen.findByText('No decision is recorded.');
});

test('exports with the operator’s session, and the links work without scripts too', async () => {
  const { show, requests } = await openWithDecisions();
  const save = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => {} }));
  await show(<TrustHistory pluginId="alpha" />);
  await until(() => expect(rows()).toHaveLength(3));
  const link = screen.getByRole('link', { name: 'Export as CSV' });
  expect(link.getAttribute('href')).toBe('/api/plugins/alpha/trust-history?format=csv');
  fireEvent.click(link);
  await until(() => expect(save).toHaveBeenCalledOnce());
  expect(requests).toContain('GET /api/plugins/alpha/trust-history?format=csv');
});

test('reads pages, exports and sources without a component', async () => {
  const { host } = await openWithDecisions();
  const { records, next } = await trustHistory(host, { limit: 1 });
  expect(records).toMatchObject([{ plugin_id: 'alpha', act: 'revoke', who: 'operator', via: 'page' }]);
  expect(next).toEqual(expect.any(String));
  const csv = await (await exportTrustHistory(host, 'csv')).text();
  expect(csv.trim().split('\n')).toHaveLength(5);
  const { components } = host.plugins.getSnapshot().plugins.find(({ id }) => id === 'beta')!;
  expect(await source(host, 'beta', 'Chart.js', components[0]!.sha256!)).toBe(HOSTILE);
  await expect(source(host, 'beta', 'Chart.js', '0'.repeat(64))).rejects.toMatchObject({
    name: 'AnswerError',
    status: 404,
  });
});
