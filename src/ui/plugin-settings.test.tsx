import { fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { announced, HARMLESS, HOSTILE, openPage, plugin, status, until } from './page.test.kit.tsx';
import { PluginSettings } from './plugin-settings.tsx';
import { SafeModeBar } from './safe-mode-bar.tsx';

const files = {
  ...plugin('alpha', HARMLESS, 'author: Ann'),
  ...plugin('beta', HOSTILE),
  'plugins/broken/plugin.yaml': 'id: [',
  'plugins/plain/plugin.yaml': 'id: plain\nname: plain\ndisplay_name: Plain\nversion: 1.0.0\n',
};
const names = () => [...document.querySelectorAll('.nvz-ui-name')].map(({ textContent }) => textContent);
const rowOf = (name: string) => screen.getByText(name).closest<HTMLElement>('li')!;

test('lists all plugins by name with their state, also those that could not be read', async () => {
  const { show, host } = await openPage({ files });
  await host.plugins.trust('alpha');
  await show(<PluginSettings renderMore={({ id }) => <i>more of {id}</i>} />);
  await until(() => expect(names()).toEqual(['Plain', 'The alpha', 'The beta', 'broken']));
  expect(rowOf('The alpha').textContent).toMatch(/by Ann.*trusted by operator on .*Trusted/);
  expect(rowOf('The beta').textContent).toContain('Waits for a decision');
  expect(rowOf('Plain').textContent).toContain('No frontend code');
  expect(rowOf('broken').textContent).toContain('Could not be read');
  expect(rowOf('The beta').textContent).toContain('more of beta');
  expect(status()).toBe('4 plugins');
});

test('searches names and authors, and filters by state', async () => {
  const { show } = await openPage({ files });
  await show(<PluginSettings />);
  await until(() => expect(names()).toHaveLength(4));
  fireEvent.change(screen.getByLabelText('Search plugins'), { target: { value: 'ANN' } });
  await until(() => expect(names()).toEqual(['The alpha']));
  expect(status()).toBe('1 of 4 plugins');
  fireEvent.change(screen.getByLabelText('Search plugins'), { target: { value: 'nobody' } });
  await until(() => expect(status()).toBe('No plugin matches.'));
  fireEvent.change(screen.getByLabelText('Search plugins'), { target: { value: '' } });
  const filter = screen.getByLabelText<HTMLSelectElement>('Show');
  expect([...filter.options].map(({ text }) => text)).toEqual([
    'All (4)',
    'Waits for a decision (2)',
    'No frontend code (1)',
    'Could not be read (1)',
  ]);
  fireEvent.change(filter, { target: { value: 'refused' } });
  await until(() => expect(names()).toEqual(['broken']));
});

test('revokes trust after a question, and says so', async () => {
  const { show, host, requests } = await openPage({ files });
  await host.plugins.trust('alpha');
  await show(<PluginSettings />);
  await until(() => expect(names()).toHaveLength(4));
  const row = within(rowOf('The alpha'));
  const ask = () => fireEvent.click(row.getByRole('button', { name: 'Revoke trust' }));
  const question = () => row.getByRole('group', { name: 'Revoke trust in The alpha?' });
  for (const end of [
    () => fireEvent.keyDown(question(), { key: 'Escape' }),
    () => fireEvent.click(row.getByRole('button', { name: 'Cancel' })),
  ]) {
    ask();
    // A second press of the same key does nothing.
    expect(document.activeElement).toBe(question());
    end();
    expect(document.activeElement).toBe(row.getByRole('button', { name: 'Revoke trust' }));
  }
  expect(requests.filter((request) => request.startsWith('POST') && request.includes('revoke'))).toEqual([]);
  ask();
  const button = row.getByRole('button', { name: 'Revoke now' });
  button.focus();
  fireEvent.click(button);
  await until(() => expect(announced()).toBe('Trust in The alpha is revoked.'));
  expect(host.plugins.getSnapshot().plugins.find(({ id }) => id === 'alpha')).toMatchObject({
    trusted: false,
  });
  expect(document.activeElement).toBe(rowOf('The alpha'));
});

test('has no bare button that trusts: the review comes first, and the focus goes back to its button', async () => {
  const { show } = await openPage({ files });
  await show(<PluginSettings />);
  await until(() => expect(names()).toHaveLength(4));
  const row = within(rowOf('The beta'));
  expect(row.queryByRole('button', { name: 'Trust this plugin' })).toBeNull();
  fireEvent.click(row.getByRole('button', { name: 'Review' }));
  expect(row.getByText('Reads the session token')).toBeDefined();
  fireEvent.click(row.getByRole('button', { name: 'Not now' }));
  await until(() => expect(document.activeElement?.textContent).toBe('Review'));
});

test('the bar of safe mode names the plugins, and is not there without safe mode', async () => {
  const { show } = await openPage({ files, host: { disablePlugins: ['beta', 'gone'] } });
  await show(<SafeModeBar />);
  await until(() => expect(screen.getByRole('complementary').textContent).toContain('The beta and gone'));
  // The app itself has switched them off, so the page's address cannot switch them on.
  expect(screen.queryByRole('link')).toBeNull();
});

test('the links of safe mode change the page’s address and nothing else in it', async () => {
  history.replaceState(null, '', '/board?disable-plugins&tab=2#x');
  const { show } = await openPage({ files });
  await show(<SafeModeBar />);
  await until(() =>
    expect(screen.getByRole('complementary').textContent).toContain('The alpha and The beta'),
  );
  expect(screen.getByRole('link').getAttribute('href')).toBe('/board?tab=2#x');
  history.replaceState(null, '', '/');
});

test('offers safe mode where the app wants it', async () => {
  history.replaceState(null, '', '/board?tab=2');
  const { show } = await openPage({ files });
  await show(<SafeModeBar isOffered />);
  expect(screen.getByRole('link').getAttribute('href')).toBe('/board?disable-plugins&tab=2');
  expect(screen.getByRole('complementary').textContent).toContain('It changes no decision');
  history.replaceState(null, '', '/');
});
