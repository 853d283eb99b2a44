import { cleanup, screen, within } from '@testing-library/react';
import { version as react } from 'react';
import { expect, test } from 'vitest';
import { HARMLESS, openPage, plugin, until } from './page.test.kit.tsx';
import { PluginSettings } from './plugin-settings.tsx';
import { TrustReview } from './trust-review.tsx';

const files = (engines: string, version = '1.2.0') => {
  const path = 'plugins/sales/plugin.yaml';
  const all = plugin('sales', HARMLESS, `engines: ${engines}`);
  return { ...all, [path]: all[path]!.replace('1.2.0', version) };
};
const misfit = () => document.querySelector('[data-misfit]')?.textContent;

test('a review says what a plugin needs, and whether the page has it', async () => {
  const { show, host, write } = await openPage({ files: files('{ react: ">=18.3" }') });
  await show(<TrustReview pluginId="sales" />);
  await screen.findByText('It needs react >=18.3.0, and this page has that.');
  expect(misfit()).toBeUndefined();

  await write(files('{ react: "^17", nousviz-runtime: ">=99" }'));
  await until(() =>
    expect(misfit()).toBe(
      `!It needs nousviz-runtime >=99.0.0 and react >=17.0.0 <18.0.0, and this page has nousviz-runtime ${host.version} and react ${react}. It does not run here.`,
    ),
  );
});

test('a review of an update says what the new version needs', async () => {
  const { show, server, write } = await openPage({ files: files('{ react: ">=18.3" }') });
  const url = 'http://localhost/api/plugins/sales/trust-frontend';
  expect((await server.fetch(new Request(url, { method: 'POST' }))).ok).toBe(true);
  await write({ ...files('{ react: "^17" }', '2.0.0'), 'plugins/sales/dist/Chart.js': `${HARMLESS}\n` });
  await show(<TrustReview pluginId="sales" />);
  await until(() =>
    expect(misfit()).toMatch(/The new version needs react .* the plugin no longer runs here\.$/),
  );
});

test('the settings name only what does not fit, in the words of the app', async () => {
  const { show, write } = await openPage({ files: files('{ react: ">=18.3" }') });
  const messages = { needs: { misfit: (ranges: string) => `Braucht ${ranges}.` } };
  await show(<PluginSettings messages={messages} />);
  const row = within(await screen.findByRole('listitem', { name: 'The sales' }));
  expect(row.queryByText(/needs/)).toBeNull();
  await write(files('{ react: "^17" }'));
  await row.findByText('Braucht react >=17.0.0 <18.0.0.');
  cleanup();
});
