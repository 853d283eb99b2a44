import { test as base, expect } from '@playwright/test';
import { cases, WORKS } from '../fixtures/failures/cases.ts';
import { codeOf, serveFailures, type FailingHost } from './failing-host.ts';
import type { Options } from './test.ts';

interface Worker {
  host: FailingHost;
}

const test = base.extend<Options, Worker & { reactOf: Options }>({
  react: [18, { option: true }],
  mode: ['production', { option: true }],
  reactOf: [
    async ({}, use, { project }) => {
      const { react = 18, mode = 'production' } = project.use as Partial<Options>;
      await use({ react, mode });
    },
    { scope: 'worker' },
  ],
  host: [
    async ({ reactOf }, use) => {
      const host = await serveFailures(reactOf.react, reactOf.mode);
      await use(host);
      await host.close();
    },
    { scope: 'worker' },
  ],
});

for (const [index, failure] of cases.entries()) {
  const { name, component = 'Broken', text, serve, heals, press, uncaught } = failure;
  const codes = [...new Set(Object.values(failure.code))];
  // React 19 in production and React 18 in development show all failures. The other two builds show those that depend on the build, and
  // a third of the others.
  const tag = codes.length > 1 || failure.development ? [] : [index % 3 === 0 ? '@third' : '@two-builds'];
  // One that ends after ten seconds is enough for every day.
  if (codes.includes('LOAD_TIMEOUT') && name !== 'hung') tag.push('@all');
  test(`${name} → ${codes.join(' or ')}`, { tag }, async ({ page, host, react, mode }) => {
    const code = codeOf(failure, react, mode);
    const errors: string[] = [];
    const lines: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error?.message ?? error)));
    page.on('console', (message) => message.text().startsWith('[NousViz]') && lines.push(message.text()));
    if (serve === 'shim-503')
      await page.context().addCookies([{ name: 'shims', value: 'down', url: host.url }]);
    await page.goto(new URL(`/plugin/${name}/main`, host.url).href);

    const panel = page.locator(`[data-panel="${name}/${component}"]`).first();
    const neighbour = page.locator(`[data-panel="${name}/Healthy"]`);
    if (press) await panel.getByRole('button', { name: 'Break' }).click();
    if (code === 'healthy') {
      await expect(panel).toContainText(WORKS);
      await expect(panel.getByRole('alert')).toHaveCount(0);
      expect(lines).toEqual([]);
    } else {
      const card = panel.getByRole('alert');
      await expect(card).toHaveAttribute('data-code', code);
      await expect(card).toContainText(`${name}/${component}`);
      if (text) await expect(card).toContainText(text);
      expect(lines.filter((line) => line.includes(`${name}/${component}`))).toHaveLength(1);
      expect(lines[0]).toContain(`[${code}]`);
    }

    // Without shims, the neighbour also fails.
    if (serve !== 'early-shim' && serve !== 'shim-503') {
      await neighbour.getByRole('button', { name: 'Count' }).click();
      await expect(neighbour).toContainText('1');
    }
    if (heals) {
      host.lift(name);
      await page.context().clearCookies();
      if (heals === 'retry') await panel.getByRole('button', { name: 'Retry' }).click();
      await expect(panel).toContainText(WORKS);
      await expect(panel).toHaveAttribute('data-status', 'ready');
      if (serve !== 'shim-503') await expect(neighbour).toContainText('1');
    }

    await page.getByRole('link', { name: 'Settings' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
    // React 18 in development reports errors to the window before its boundaries catch them.
    const isReact18Dev = react === 18 && mode === 'development';
    const unexpected = errors.filter((error) => !uncaught?.test(error) && !isReact18Dev);
    expect(unexpected, 'uncaught errors').toEqual([]);
    if (uncaught) expect(errors.some((error) => uncaught.test(error))).toBe(true);
  });
}

test('a host that provides require runs a bundle that calls it', async ({ page, host }) => {
  for (const name of ['require-at-load', 'require-in-render']) {
    await page.goto(new URL(`/plugin/${name}/main?unstable-require`, host.url).href);
    const panel = page.locator(`[data-panel="${name}/Broken"]`).first();
    await expect(panel).toContainText(WORKS);
    await expect(panel.getByRole('alert')).toHaveCount(0);
  }
});
