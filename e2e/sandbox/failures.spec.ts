import { test as base, expect } from '@playwright/test';
import { cases, WORKS } from '../../fixtures/failures/cases.ts';
import { codeOf, serveFailures, type FailingHost } from '../failing-host.ts';
import type { Options } from '../test.ts';

interface Worker {
  host: FailingHost;
  reactOf: 18 | 19;
}

const test = base.extend<Options, Worker>({
  react: [18, { option: true }],
  mode: ['production', { option: true }],
  reactOf: [
    async ({}, use, { project }) => use((project.use as Partial<Options>).react ?? 18),
    { scope: 'worker' },
  ],
  host: [
    async ({ reactOf }, use) => {
      const host = await serveFailures(reactOf, 'production', 'sandbox');
      await use(host);
      await host.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

/** Faults that frames do not have: one goes by a cookie, which they do not send, and one is in the host's page. */
const IN_PAGES = new Set(['shim-503', 'early-shim']);

for (const [index, failure] of cases.entries()) {
  const { name, component = 'Broken', text, serve, press, heals } = failure;
  const title = `${name} in a frame → ${[...new Set(Object.values(failure.code))].join(' or ')}`;
  // Frames have the same cards with both Reacts; a third of the cases shows that with React 18.
  const tag = ['@all', ...(index % 3 === 0 ? [] : ['@react-19'])];
  test(title, { tag }, async ({ page, host, react }) => {
    const code = IN_PAGES.has(String(serve)) ? 'healthy' : codeOf(failure, react, 'production');
    await page.goto(new URL(`/plugin/${name}/main`, host.url).href);
    const panel = page.locator(`[data-panel="${name}/${component}"]`).first();
    const frame = panel.frameLocator('iframe');
    if (press) await frame.getByRole('button', { name: 'Break' }).click();
    if (code === 'healthy') await expect(frame.locator('body')).toContainText(WORKS);
    else {
      const card = panel.getByRole('alert');
      await expect(card).toHaveAttribute('data-code', code);
      await expect(card).toContainText(`${name}/${component}`);
      if (text) await expect(card).toContainText(text);
    }
    const neighbour = page.locator(`[data-panel="${name}/Healthy"]`).frameLocator('iframe');
    await neighbour.getByRole('button', { name: 'Count' }).click();
    await expect(neighbour.locator('body')).toContainText('1');
    if (!heals || code === 'healthy') return;
    host.lift(name);
    if (heals === 'retry') await panel.getByRole('button', { name: 'Retry' }).click();
    await expect(frame.locator('body')).toContainText(WORKS);
    await expect(panel.getByRole('alert')).toHaveCount(0);
  });
}
