import { act, fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { announced, HARMLESS, HOSTILE, openPage, plugin, until } from './page.test.kit.tsx';
import { TrustBanner } from './trust-banner.tsx';
import { TrustReview } from './trust-review.tsx';

const canSandbox = { sandbox: () => () => null };
const NEXT = `${HARMLESS}\n`;
/** The same plugin in another version. */
const versioned = (version: string, bundle: string) => {
  const files = plugin('sales', bundle);
  const path = 'plugins/sales/plugin.yaml';
  return { ...files, [path]: files[path]!.replace('1.2.0', version) };
};

type Page = Awaited<ReturnType<typeof openPage>>;
const decide = {
  trust: ({ host }: Page) => host.plugins.trust('sales'),
  sandbox: ({ host }: Page) => host.plugins.sandbox('sales'),
};

test.each<[string, ((page: Page) => Promise<void>) | undefined, string | undefined, string[]]>([
  [
    'new code',
    undefined,
    undefined,
    [
      'Trust this plugin: Version 1.2.0 runs in this page.',
      'Run sandboxed: Version 1.2.0 runs in a frame.',
      'Not now: It does not run, and no page asks again until its code changes.',
    ],
  ],
  ['trusted code', decide.trust, undefined, ['Run sandboxed: Version 1.2.0 runs in a frame.']],
  ['sandboxed code', decide.sandbox, undefined, ['Trust this plugin: Version 1.2.0 runs in this page.']],
  [
    'a change of trusted code',
    decide.trust,
    '1.3.0',
    [
      'Accept the new version: The new version (1.3.0) runs in this page.',
      'Run the new version sandboxed: The new version (1.3.0) runs in a frame.',
      'Keep the old one: The accepted version (1.2.0) goes on running in this page.',
      'Run the accepted version sandboxed: The accepted version (1.2.0) runs in a frame.',
    ],
  ],
  [
    'a change of sandboxed code under the same number',
    decide.sandbox,
    '1.2.0',
    [
      'Trust the new version: The new version (1.2.0) runs in this page.',
      'Accept the new version, sandboxed: The new version (1.2.0) runs in a frame.',
      'Keep the old one: The accepted version (1.2.0) goes on running in a frame.',
      'Trust the accepted version: The accepted version (1.2.0) runs in this page.',
    ],
  ],
  [
    'a change to code without a number',
    decide.trust,
    '',
    [
      'Accept the new version: The new version runs in this page.',
      'Run the new version sandboxed: The new version runs in a frame.',
      'Keep the old one: The accepted version (1.2.0) goes on running in this page.',
      'Run the accepted version sandboxed: The accepted version (1.2.0) runs in a frame.',
    ],
  ],
])('each verdict about %s says which code runs, and how', async (_, first, version, expected) => {
  const page = await openPage({ files: plugin('sales', HARMLESS), host: canSandbox });
  await first?.(page);
  if (version !== undefined) await page.write(versioned(version, NEXT));
  await page.show(<TrustReview pluginId="sales" />);
  const verdicts = () =>
    screen.getAllByRole('button').flatMap((button) => {
      const ids = button.getAttribute('aria-describedby')?.split(' ').slice(1) ?? [];
      const means = document.getElementById(ids.at(-1) ?? '');
      // The recommendation stands before it.
      const [sentence] =
        (means?.querySelector('p:last-child') ?? means)?.textContent.split(/ (?=It can|No page|You can)/) ??
        [];
      return sentence && !sentence.startsWith('Then no version')
        ? [`${button.textContent}: ${sentence}`]
        : [];
    });
  await until(() => expect(verdicts()).toEqual(expected));
});

test('a decision that was made has no button, and the others stay', async () => {
  const page = await openPage({ files: plugin('sales', HARMLESS), host: canSandbox });
  await page.host.plugins.trust('sales');
  await page.write(versioned('1.3.0', HOSTILE));
  await page.show(
    <main>
      <TrustReview pluginId="sales" />
    </main>,
  );
  const review = within(await screen.findByRole('region', { name: 'Review The sales' }));
  const keep = review.getByRole('button', { name: 'Keep the old one' });
  keep.focus();
  fireEvent.click(keep);
  await until(() => expect(announced()).toBe('The old version of The sales is kept.'));
  await until(() => expect(review.queryByRole('button', { name: 'Keep the old one' })).toBeNull());
  expect(review.getByText('Decided')).toBeDefined();
  expect(document.querySelector('.nvz-ui-primary')).toBeNull();
  expect(document.activeElement).not.toBe(document.body);
  expect(review.getByRole('button', { name: 'Accept the new version' })).toBeDefined();
});

test('the short banner has every verdict about new code, and of a change those that keep its place', async () => {
  const page = await openPage({ files: plugin('sales', HARMLESS), host: canSandbox });
  await page.show(<TrustBanner />);
  const buttons = () => screen.getAllByRole('button').map(({ textContent }) => textContent);
  await until(() => expect(buttons()).toEqual(['Trust this plugin', 'Run sandboxed', 'Not now', 'Review']));
  await page.host.plugins.sandbox('sales');
  await page.write(versioned('1.3.0', HOSTILE));
  await until(() =>
    expect(buttons()).toEqual(['Accept the new version, sandboxed', 'Keep the old one', 'Review']),
  );
});

test('the verdict about frames names what fails there, and so does the review of code that runs', async () => {
  const { show, host } = await openPage({
    files: plugin('sales', 'export default () => eval(localStorage.getItem("note"));'),
    host: canSandbox,
  });
  await show(<TrustReview pluginId="sales" />);
  const fails = await screen.findByText('In a frame, eval and localStorage fail.');
  expect(fails.closest<HTMLElement>('[data-verdict]')!.dataset.verdict).toBe('sandbox');
  expect(screen.getByRole('button', { name: 'Run sandboxed' }).getAttribute('aria-describedby')).toContain(
    fails.parentElement!.id,
  );
  await act(() => host.plugins.trust('sales'));
  const found = await screen.findByText('In a frame, eval and localStorage fail.');
  expect(found.closest('[data-verdict]')).toBeNull();
});

test.each([
  ['one thing', 'export default () => eval("1");', canSandbox, 'In a frame, eval fails.'],
  ['nothing', HARMLESS, canSandbox, undefined],
  ['one thing, but the app has no frames', 'export default () => eval("1");', {}, undefined],
])('names what fails in a frame: %s', async (_, bundle, options, expected) => {
  const { show } = await openPage({ files: plugin('sales', bundle), host: options });
  await show(<TrustReview pluginId="sales" />);
  // It arrives with the rest of what loads on demand.
  await screen.findByText('Who made it');
  expect(screen.queryByText(/^In a frame, /)?.textContent).toBe(expected);
});
