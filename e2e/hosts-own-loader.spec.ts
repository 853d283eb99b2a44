import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { root } from '../fixtures/host/build.js';
import { expect, test } from './hosts.ts';

const APP = 'own-loader';

/** The parts of a page of the app. */
const partsOf = (page: Page) => ({
  dialog: page.getByRole('dialog', { name: 'Session' }),
  signIn: () => page.getByRole('button', { name: 'Sign in' }).click(),
  notes: page.locator('[data-panel="orders/Notes"]'),
  trust: page.getByRole('button', { name: 'Allow orders' }),
  revoke: page.getByRole('button', { name: 'Block orders' }),
  reload: page.getByRole('button', { name: 'Reload plugins' }),
  offered: page.getByRole('list', { name: 'Widgets' }),
});

test('an app with its own loader, registry, renderer, session and trust buttons shows widgets', async ({
  install,
  page,
  expected,
}) => {
  expected.push(/401/, /UNKNOWN_COMPONENT/);
  const adapter = await readFile(join(root, `fixtures/hosts/${APP}/src/adapter.tsx`), 'utf8');
  expect(adapter.trimEnd().split('\n').length).toBeLessThanOrEqual(60);

  const app = await install({ folder: APP });
  await app.run('build');
  const { url } = await app.start('start');
  const expire = () => page.evaluate(() => fetch('/session', { method: 'DELETE' }).then(() => {}));

  await test.step('one dialog at the start, then the list arrives', async () => {
    await page.goto(url);
    const { dialog, signIn, notes, offered } = partsOf(page);
    await expect(dialog).toHaveCount(1);
    await expect(notes).toHaveAttribute('data-status', 'loading');
    await signIn();
    await expect(dialog).toHaveCount(0);
    await expect(notes).toHaveAttribute('data-status', 'refused');
    await expect(notes.getByRole('note')).toHaveAttribute('data-code', 'AWAITING_CONSENT');
    await expect(offered.getByRole('listitem')).toHaveText(['Clock of app']);
  });

  await test.step('the app’s widgets are shown by both renderers, in the app’s contexts', async () => {
    await expect(page.getByText('Own loader: 12:00 Berlin')).toBeVisible();
    await expect(page.getByText('Adopted: 12:00 Berlin')).toBeVisible();
    await expect(page.locator('[data-code="UNKNOWN_COMPONENT"]')).toContainText('Did you mean Clock?');
  });

  const other = await page.context().newPage();
  const here = partsOf(page);
  const there = partsOf(other);

  await test.step('the app’s own button trusts the plugin, in both tabs', async () => {
    await other.goto(url);
    await expect(there.notes).toHaveAttribute('data-status', 'refused');
    await here.reload.click();
    await here.trust.click();
    for (const { notes, offered } of [here, there]) {
      await expect(notes).toHaveAttribute('data-status', 'ready');
      await expect(offered.getByText('orders/Notes of plugins')).toBeVisible();
    }
  });

  await test.step('a widget’s request is repeated with its body after a new sign-in', async () => {
    await here.notes.getByRole('button', { name: 'Save' }).click();
    await expect(here.notes).toContainText('saved two crates');
    await expire();
    await here.notes.getByRole('button', { name: 'Save' }).click();
    await here.signIn();
    await expect(here.notes).toContainText('saved two crates');
    await expect(here.dialog).toHaveCount(0);
  });

  await test.step('a widget gets the 401 if the session is over', async () => {
    await expire();
    await here.notes.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Not now' }).click();
    await expect(here.notes).toContainText('refused 401');
    await page.evaluate(async () => {
      const { token } = await (await fetch('/session', { method: 'POST' })).json();
      localStorage.setItem('app-token', token);
    });
    await here.notes.getByRole('button', { name: 'Save' }).click();
    await expect(here.notes).toContainText('saved two crates');
  });

  await test.step('the app’s own button revokes trust, in both tabs', async () => {
    await there.reload.click();
    await there.revoke.click();
    for (const { notes, offered } of [there, here]) {
      await expect(notes).toHaveAttribute('data-status', 'refused');
      await expect(offered.getByText('orders/Notes of plugins')).toHaveCount(0);
    }
  });
  await other.close();
});
