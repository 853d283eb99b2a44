import { join } from 'node:path';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { HostProvider } from '../react/index.ts';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import { sha256Of } from '../server/trust/grant.ts';
import { announced, HARMLESS, HOSTILE, openHost, openPage, plugin, until } from './page.test.kit.tsx';
import { PluginSettings } from './plugin-settings.tsx';
import { TrustBanner } from './trust-banner.tsx';
import { TrustHistory } from './trust-history.tsx';
import { TrustReview } from './trust-review.tsx';

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const canSandbox = { sandbox: () => () => null };
/** The same plugin in another version. */
const versioned = (version: string, bundle: string) => {
  const files = plugin('sales', bundle);
  const path = 'plugins/sales/plugin.yaml';
  return { ...files, [path]: files[path]!.replace('1.2.0', version) };
};

test('"Not now" ends the question in every browser, and the settings still offer the decision', async () => {
  const { show, server, write, requests, host } = await openPage({ files: plugin('sales', HOSTILE) });
  await show(<TrustBanner />);
  await screen.findByRole('region');
  press('Review');
  press('Not now');
  await until(() => expect(screen.queryByRole('region')).toBeNull());
  expect(announced()).toBe('The sales does not run.');
  expect(requests).toContain('POST /api/plugins/sales/refuse-frontend');
  cleanup();

  // Nothing in this browser says so.
  localStorage.clear();
  const other = openHost(server).host;
  await act(async () =>
    render(
      <HostProvider host={other}>
        <TrustBanner />
        <PluginSettings />
        <TrustHistory />
      </HostProvider>,
    ),
  );
  const row = within(await screen.findByRole('listitem', { name: 'The sales' }));
  expect(row.getByText('Not now')).toBeDefined();
  expect(row.getByText(/^“Not now” was decided by operator on \w/)).toBeDefined();
  expect(screen.queryByText('This plugin includes custom frontend code')).toBeNull();
  expect(row.queryByRole('button', { name: 'Revoke trust' })).toBeNull();
  const history = await screen.findByRole('region', { name: 'Trust history' });
  await within(history).findByRole('cell', { name: /^Not now/ });
  fireEvent.click(row.getByRole('button', { name: 'Review' }));
  expect(row.getByRole('button', { name: 'Trust this plugin' })).toBeDefined();
  cleanup();

  // Changed code asks again.
  await write(plugin('sales', `${HOSTILE}\n`));
  await act(() => host.plugins.refresh());
  await show(<TrustBanner />);
  await screen.findByRole('region');
});

test('"Keep the old one" ends the question in every browser, and the page names both versions', async () => {
  const { show, server, write, host } = await openPage({ files: plugin('sales', HARMLESS) });
  await host.plugins.trust('sales');
  const at = host.plugins.getSnapshot().plugins[0]!.trusted_at;
  await write(versioned('1.3.0', HOSTILE));
  await show(<TrustBanner />);
  const banner = await screen.findByRole('region');
  expect(banner.textContent).toContain('The sales runs 1.2.0 (accepted), not 1.3.0');
  press('Keep the old one');
  await until(() => expect(screen.queryByRole('region')).toBeNull());
  expect(announced()).toBe('The old version of The sales is kept.');
  cleanup();
  localStorage.clear();
  const other = openHost(server).host;
  await act(async () =>
    render(
      <HostProvider host={other}>
        <TrustBanner />
        <PluginSettings />
      </HostProvider>,
    ),
  );
  const row = within(await screen.findByRole('listitem', { name: 'The sales' }));
  expect(row.getByText('Old version kept')).toBeDefined();
  // What runs, and where.
  expect(row.getByText('1.2.0')).toBeDefined();
  expect(row.getByText('Trusted')).toBeDefined();
  expect(row.getByText(/^operator decided against the new version on \w/)).toBeDefined();
  expect(screen.queryByText(/has changed since/)).toBeNull();
  // It is no consent.
  expect(other.plugins.getSnapshot().plugins[0]).toMatchObject({ trusted: true, trusted_at: at });
  fireEvent.click(row.getByRole('button', { name: 'Review' }));
  expect(row.getByRole('button', { name: 'Accept the new version' })).toBeDefined();
  await row.findByText(/^1\.2\.0 trusted by operator on/);
});

test('a refusal of bytes that have changed meanwhile fails, and shows the new ones', async () => {
  const { show, server } = await openPage({
    files: plugin('sales', HARMLESS),
    answer: ({ url }) =>
      url.endsWith('/refuse-frontend')
        ? Response.json({ detail: 'They have changed.' }, { status: 409 })
        : undefined,
  });
  void server;
  await show(<TrustBanner />);
  await screen.findByRole('region');
  press('Review');
  press('Not now');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toBe('The decision could not be recorded They have changed.');
});

test.each([
  ['no such route', () => Response.json({ detail: 'Not Found' }, { status: 404 })],
  ['another method', () => new Response(null, { status: 405 })],
  [
    'a page for everything',
    () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }),
  ],
])('without the route (%s), this browser alone remembers', async (_, refuse) => {
  const { show, write, host } = await openPage({
    files: plugin('sales', HARMLESS),
    answer: ({ url }) => (url.endsWith('/refuse-frontend') ? refuse() : undefined),
  });
  await show(<TrustBanner />);
  await screen.findByRole('region');
  press('Review');
  press('Not now');
  await until(() => expect(screen.queryByRole('region', { name: 'Review The sales' })).toBeNull());
  expect(screen.queryByRole('alert')).toBeNull();
  await act(() => host.plugins.trust('sales'));
  await act(() => write(plugin('sales', HOSTILE)));
  await screen.findByRole('region');
  press('Keep the old one');
  await until(() => expect(screen.queryByRole('region')).toBeNull());
});

test('trusted code moves to frames and back without a revoke, from the review', async () => {
  const { show, host, server, requests } = await openPage({
    files: plugin('sales', HARMLESS),
    host: canSandbox,
  });
  void server;
  await host.plugins.trust('sales');
  await show(<TrustReview pluginId="sales" />);
  fireEvent.click(await screen.findByRole('button', { name: 'Run sandboxed' }));
  await until(() => expect(announced()).toBe('The sales runs sandboxed.'));
  expect(host.plugins.getSnapshot().plugins[0]).toMatchObject({ trusted: false, sandboxed: true });
  fireEvent.click(await screen.findByRole('button', { name: 'Trust this plugin' }));
  await until(() => expect(announced()).toBe('The sales is trusted.'));
  expect(host.plugins.getSnapshot().plugins[0]).toMatchObject({ trusted: true });
  expect(requests.filter((request) => request.includes('revoke'))).toEqual([]);
});

test('while a change waits, the accepted code moves, and the change goes on waiting', async () => {
  const { show, host, write } = await openPage({ files: plugin('sales', HARMLESS), host: canSandbox });
  await host.plugins.trust('sales');
  const before = host.plugins.getSnapshot().plugins[0]!.components[0]!.sha256;
  await write(versioned('1.3.0', HOSTILE));
  await show(<TrustReview pluginId="sales" />);
  fireEvent.click(await screen.findByRole('button', { name: 'Run the accepted version sandboxed' }));
  await until(() => expect(announced()).toBe('The sales runs sandboxed.'));
  const [listed] = host.plugins.getSnapshot().plugins;
  expect(listed).toMatchObject({ sandboxed: true, accepted_version: '1.2.0' });
  expect(listed!.components[0]!.consented?.sha256).toBe(before);
});

test('an app without frames offers no move to them', async () => {
  const { show, host } = await openPage({ files: plugin('sales', HARMLESS) });
  await host.plugins.trust('sales');
  await show(<TrustReview pluginId="sales" />);
  await screen.findByRole('button', { name: 'Revoke trust' });
  expect(screen.queryByRole('button', { name: 'Run sandboxed' })).toBeNull();
});

test('the review says what accepted code reaches for, also after the decision', async () => {
  const { show, host } = await openPage({ files: plugin('sales', HOSTILE) });
  await host.plugins.trust('sales');
  await show(<TrustReview pluginId="sales" />);
  await screen.findByText(/The code reads the session token, contacts evil\.example/);
  expect(document.querySelector('[data-power=session]')).not.toBeNull();
});

test('rolls back to the files that are still declared, and not to a version without one', async () => {
  const two = {
    'plugins/sales/plugin.yaml':
      'id: sales\ndisplay_name: The sales\nversion: 1.0.0\nfrontend:\n  components:\n    - {name: Chart, path: dist/Chart.js}\n    - {name: Old, path: dist/Old.js}\n',
    'plugins/sales/dist/Chart.js': HARMLESS,
    'plugins/sales/dist/Old.js': HARMLESS,
  };
  const { show, host, write } = await openPage({ files: two });
  await host.plugins.trust('sales');
  const first = host.plugins.getSnapshot().plugins[0]!.components[0]!.sha256;
  // The new version declares one file less.
  await write(versioned('1.3.0', `${HARMLESS}\n`));
  await host.plugins.trust('sales');
  await show(<TrustReview pluginId="sales" />);
  fireEvent.click(await screen.findByText('Other versions'));
  expect(screen.getByText(/^1\.0\.0 trusted by operator on/)).toBeDefined();
  press(/^Roll back/);
  await until(() => expect(announced()).toBe('The sales is rolled back.'));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(host.plugins.getSnapshot().plugins[0]).toMatchObject({ trusted: true, accepted_version: '1.0.0' });
  expect(host.plugins.getSnapshot().plugins[0]!.components[0]!.consented?.sha256).toBe(first);
});

/** A bundle for whose scan the list does not wait. */
const long = (bundle: string) => `${bundle}\n/* ${'x'.repeat(1_000_000)} */`;

test('a question about long code waits for its scan, which the list has not', async () => {
  let isSlow = true;
  const { show, host, requests, server } = await openPage({
    files: plugin('sales', long(HOSTILE)),
    answer: ({ url }) =>
      isSlow && url.endsWith('with=findings') ? new Response(null, { status: 500 }) : undefined,
  });
  void server;
  await show(<TrustBanner />);
  // A scan that fails is said, and the question is asked.
  await screen.findByText(/The server did not scan the code/);
  cleanup();
  isSlow = false;
  await show(<TrustBanner />);
  await screen.findByText(/The code reads the session token, contacts evil\.example/);
  expect(requests.filter((url) => url.endsWith('/plugins/sales?with=findings'))).toHaveLength(2);
  // The list has it from then on.
  await act(() => host.plugins.refresh());
  expect(host.plugins.getSnapshot().plugins[0]!.components[0]!.findings?.hosts).toEqual(['evil.example']);
});

test('a question never shows what was found in other bytes than those of the list', async () => {
  const folder = await makeFolder(plugin('sales', long(HARMLESS)));
  let isFirst = true;
  const page = await openPage({
    files: {},
    plugins: join(folder, 'plugins'),
    host: {
      fetch: async (input, init) => {
        const request = new Request(input, init);
        request.headers.set('Sec-Fetch-Site', 'same-origin');
        // The files change after the list was read.
        if (request.url.endsWith('with=findings') && isFirst) {
          isFirst = false;
          await writeFiles(folder, plugin('sales', long(HOSTILE)));
        }
        return page.server.fetch(request);
      },
    },
  });
  await page.show(<TrustBanner />);
  await screen.findByText(/The code reads the session token/);
  expect(page.host.plugins.getSnapshot().plugins[0]!.components[0]!.sha256).toBe(
    sha256Of(Buffer.from(long(HOSTILE))),
  );
});

test('after "Keep the old one" the list of plugins shows the risk of the version that runs', async () => {
  const { show, write, host } = await openPage({ files: plugin('sales', HARMLESS), host: canSandbox });
  await host.plugins.sandbox('sales');
  await write(versioned('1.3.0', HOSTILE));
  await show(
    <>
      <TrustBanner />
      <PluginSettings />
    </>,
  );
  const row = within(await screen.findByRole('listitem', { name: 'The sales' }));
  await row.findByText(/Reads the session token/);
  fireEvent.click(
    within(await screen.findByRole('region', { name: /has changed since/ })).getByRole('button', {
      name: 'Keep the old one',
    }),
  );
  await until(() => expect(row.queryByText(/Reads the session token/)).toBeNull());
  expect(row.getByText('Sandboxed')).toBeDefined();
});

test('a plugin whose trust was revoked says so until other code of it waits', async () => {
  const { show, write, host } = await openPage({ files: plugin('sales', HARMLESS) });
  await host.plugins.trust('sales');
  await host.plugins.revoke('sales');
  await show(<PluginSettings />);
  const row = within(await screen.findByRole('listitem', { name: 'The sales' }));
  const by = /^trust revoked by operator on \w/;
  expect(row.getByText('Trust revoked').className).not.toContain('nvz-ui-waiting');
  expect(row.getByText(by)).toBeDefined();
  const options = () => [...screen.getByLabelText<HTMLSelectElement>('Show').options].map(({ text }) => text);
  expect(options()).toEqual(['All (1)', 'Trust revoked (1)']);
  await write(versioned('1.3.0', HOSTILE));
  expect(row.getByText('Waits for a decision').className).toContain('nvz-ui-waiting');
  expect(row.getByText(by)).toBeDefined();
  expect(options()).toEqual(['All (1)', 'Waits for a decision (1)']);
  // The same code again.
  await write(versioned('1.2.0', HARMLESS));
  expect(row.getByText('Trust revoked')).toBeDefined();
  fireEvent.click(row.getByRole('button', { name: 'Review' }));
  fireEvent.click(row.getByRole('button', { name: 'Not now' }));
  expect(await row.findByText('Not now', { selector: '.nvz-ui-badge' })).toBeDefined();
});

test('the record names the code that was kept, and the declined code apart', async () => {
  const { show, write, host } = await openPage({ files: plugin('sales', HARMLESS) });
  await host.plugins.trust('sales');
  const [kept] = host.plugins.getSnapshot().plugins[0]!.components;
  await write(versioned('1.3.0', HOSTILE));
  const [declined] = host.plugins.getSnapshot().plugins[0]!.components;
  await show(
    <>
      <TrustBanner />
      <TrustHistory pluginId="sales" />
    </>,
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Keep the old one' }));
  const record = (await screen.findByText('Kept the old version', { selector: 'td' })).closest('tr')!;
  const codes = [...record.querySelectorAll('.nvz-ui-bytes')].map(({ textContent }) => textContent);
  expect(codes).toEqual([
    `1.2.0 Chart.js ${kept!.sha256!.slice(0, 12)}`,
    `Declined: 1.3.0 Chart.js ${declined!.sha256!.slice(0, 12)}`,
  ]);
});
