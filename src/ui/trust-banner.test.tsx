import { createHash } from 'node:crypto';
import { fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { announced, HARMLESS, HOSTILE, openPage, plugin, until } from './page.test.kit.tsx';
import { TrustBanner } from './trust-banner.tsx';
import { TrustReview } from './trust-review.tsx';

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const canSandbox = { sandbox: () => () => null };

test('asks for consent with a sentence about the code, and trusts', async () => {
  const { show, host } = await openPage({ files: plugin('sales', HOSTILE) });
  await show(<TrustBanner />);
  const banner = await screen.findByRole('region', { name: 'This plugin includes custom frontend code' });
  expect(banner.textContent).toContain('The sales 1.2.0');
  expect(banner.textContent).toContain(
    'The code reads the session token, contacts evil.example, uses the browser’s storage (localStorage), and sends web requests by itself (fetch).',
  );
  press('Trust this plugin');
  await until(() => expect(screen.queryByRole('region')).toBeNull());
  expect(host.plugins.getSnapshot().plugins[0]).toMatchObject({ trusted: true, trusted_by: 'operator' });
  expect(announced()).toBe('The sales is trusted.');
});

test('shows nothing without a plugin that waits, and only the one that is asked for', async () => {
  const { show } = await openPage({ files: { ...plugin('a', HARMLESS), ...plugin('b', HARMLESS) } });
  await show(<TrustBanner pluginId="b" />);
  await until(() => expect(screen.getAllByRole('region')).toHaveLength(1));
  expect(screen.getByRole('region').textContent).toContain('The b 1.2.0');
});

test('asks about a change, keeps the old version, and asks again about the next one', async () => {
  const { show, write, host, requests } = await openPage({ files: plugin('sales', HARMLESS) });
  await host.plugins.trust('sales');
  const before = host.plugins.getSnapshot().plugins[0]!.components[0]!.sha256!;
  await write(plugin('sales', HOSTILE));
  await show(<TrustBanner />);
  const banner = await screen.findByRole('region', { name: 'The sales has changed since it was accepted' });
  expect(banner.textContent).toContain('reads the session token');
  press('Keep the old one');
  await until(() => expect(screen.queryByRole('region')).toBeNull());
  expect(announced()).toBe('The old version of The sales is kept.');
  expect(requests).toContain('POST /api/plugins/sales/refuse-frontend');
  expect(host.plugins.getSnapshot().plugins[0]!.components[0]!.consented?.sha256).toBe(before);
  await write(plugin('sales', `${HOSTILE}\n`));
  await screen.findByRole('region');
  press('Accept the new version');
  await until(() => expect(screen.queryByRole('region')).toBeNull());
  expect(announced()).toBe('The new version of The sales is accepted.');
});

test('says why a decision failed, in an alert, and keeps the button', async () => {
  const { show, write } = await openPage({
    files: plugin('sales', HARMLESS),
    operator: ({ method }) => (method === 'POST' ? null : 'ann'),
  });
  await show(<TrustBanner />);
  await screen.findByRole('region');
  press('Trust this plugin');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('The plugin could not be trusted');
  expect(screen.getByRole('button', { name: 'Trust this plugin' }).ariaDisabled ?? 'false').toBe('false');
  await write({});
});

test('opens the review, which has the verdicts; "Not now" closes it, and the banner', async () => {
  const { show } = await openPage({ files: plugin('sales', HOSTILE), host: canSandbox });
  await show(<TrustBanner />);
  await screen.findByRole('region');
  expect(screen.getByRole('button', { name: 'Run sandboxed' })).toBeDefined();
  press('Review');
  const review = await screen.findByRole('region', { name: 'Review The sales' });
  expect(
    within(review).getAllByRole('button', { name: /^(Trust this plugin|Run sandboxed|Not now)$/ }),
  ).toHaveLength(3);
  expect(screen.getAllByRole('button', { name: 'Trust this plugin' })).toHaveLength(1);
  press('Not now');
  await until(() => expect(screen.queryByRole('region')).toBeNull());
});

test('the focus stays near a banner that disappears', async () => {
  const { show } = await openPage({ files: plugin('sales', HARMLESS) });
  await show(
    <main>
      <TrustBanner />
    </main>,
  );
  await screen.findByRole('region');
  screen.getByRole('button', { name: 'Trust this plugin' }).focus();
  press('Trust this plugin');
  await until(() => expect(screen.queryByRole('region')).toBeNull());
  expect(document.activeElement?.tagName).toBe('MAIN');
});

test('the review states who made it, what is not stated, the files, and why a verdict is recommended', async () => {
  const facts = 'author: Ann\nhomepage: https://ann.example/\nlicense: MIT\ndescription: Sales of the day';
  const { show } = await openPage({ files: plugin('sales', HOSTILE, facts), host: canSandbox });
  await show(<TrustReview pluginId="sales" />);
  const review = await screen.findByRole('region', { name: 'Review The sales' });
  const terms = [...review.querySelectorAll('dt')].map(
    (term) => `${term.textContent}: ${term.nextElementSibling?.textContent}`,
  );
  expect(terms).toEqual([
    'Name: The sales sales',
    'Version: 1.2.0',
    'Author: Ann',
    'Homepage: https://ann.example/',
    'Repository: not stated',
    'Licence: MIT',
    'Installed from: not stated',
  ]);
  expect(review.textContent).toContain('Sales of the day');
  expect(review.textContent).toContain('Code can hide what it does.');
  expect([...review.querySelectorAll('[data-power]')].map((one) => one.getAttribute('data-power'))).toEqual([
    'session',
    'hosts',
    'storage',
    'network',
  ]);
  const recommended = review.querySelector<HTMLElement>('[data-recommended=true]')!;
  expect(recommended.dataset.verdict).toBe('later');
  expect(recommended.textContent).toContain('It reaches for your session');
});

test('the review says who signed the files, apart from what the plugin states', async () => {
  const sha256 = createHash('sha256').update(HARMLESS).digest('hex');
  const files = { 'dist/Chart.js': { bytes: HARMLESS.length, sha256 } };
  const record = { format: 1, archive: '', signed_by: 'RWkey', same_key: true, files };
  const { show } = await openPage({
    files: {
      ...plugin('sales', HARMLESS),
      'plugins/sales/.nousviz-installed.json': JSON.stringify(record),
      ...plugin('stock', HARMLESS, 'signed_by: RWown\nsigner: same'),
    },
  });
  await show(
    <>
      <TrustReview pluginId="sales" />
      <TrustReview pluginId="stock" />
    </>,
  );
  await screen.findByText(
    'These files are signed with the key RWkey, the same as last time. That says nothing about what they do.',
  );
  await screen.findByRole('region', { name: 'Review The stock' });
  expect(screen.queryByText(/RWown/)).toBeNull();
});

test('the review of a change names what is new and what is gone, and rolls back later', async () => {
  const { show, write, host } = await openPage({ files: plugin('sales', HARMLESS) });
  await host.plugins.trust('sales');
  const first = host.plugins.getSnapshot().plugins[0]!.components[0]!.sha256;
  await write(plugin('sales', HOSTILE));
  await show(<TrustReview pluginId="sales" />);
  const review = await screen.findByRole('region', { name: 'Review The sales' });
  expect(within(review).getByText('New in the code')).toBeDefined();
  expect(within(review).getByText('No longer in the code')).toBeDefined();
  await within(review).findByText(/trusted by operator on/);
  press('Accept the new version');
  await until(() => expect(announced()).toBe('The new version of The sales is accepted.'));
  const earlier = await screen.findByText('Other versions');
  fireEvent.click(earlier);
  expect(screen.getByText('It will run in this page.')).toBeDefined();
  press(/^Roll back/);
  await until(() => expect(announced()).toBe('The sales is rolled back.'));
  expect(host.plugins.getSnapshot().plugins[0]!.components[0]!.consented?.sha256).toBe(first);
});

test('code that ran in frames rolls back into frames, also after a revoke', async () => {
  const { show, host } = await openPage({ files: plugin('sales', HARMLESS), host: canSandbox });
  await host.plugins.sandbox('sales');
  await host.plugins.revoke('sales');
  await show(<TrustReview pluginId="sales" />);
  fireEvent.click(await screen.findByText('Other versions'));
  await screen.findByText(/sandboxed by operator on/);
  expect(screen.getByText('It will run in a frame.')).toBeDefined();
  press(/^Roll back/);
  await until(() => expect(announced()).toBe('The sales is rolled back.'));
  expect(host.plugins.getSnapshot().plugins[0]).toMatchObject({ trusted: false, sandboxed: true });
});

test('bytes that were refused after they had run in frames roll back into frames', async () => {
  const { show, host } = await openPage({ files: plugin('sales', HARMLESS), host: canSandbox });
  await host.plugins.sandbox('sales');
  await host.plugins.revoke('sales');
  await show(<TrustReview pluginId="sales" />);
  await screen.findByText('Other versions');
  press('Not now');
  await until(() => expect(announced()).toBe('The sales does not run.'));
  fireEvent.click(await screen.findByText('Other versions'));
  await screen.findByText(/sandboxed by operator on/);
  expect(screen.queryByText(/trusted by operator on/)).toBeNull();
  press(/^Roll back/);
  await until(() => expect(announced()).toBe('The sales is rolled back.'));
  expect(host.plugins.getSnapshot().plugins[0]).toMatchObject({ trusted: false, sandboxed: true });
});
