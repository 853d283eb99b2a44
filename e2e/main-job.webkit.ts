import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { By, until, type WebDriver } from 'selenium-webdriver';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hostFolder, root } from '../fixtures/host/build.js';
import { startWebKit } from './webkit.js';

const WAIT = 30_000;
const panel = By.css('[data-panel="sales/Chart"]');

let webkit: Awaited<ReturnType<typeof startWebKit>>;
beforeAll(async () => void (webkit = await startWebKit()));
afterAll(() => webkit?.close());

/** Builds the plugin `sales`, whose widget has a style sheet, into a plugins folder. */
async function buildPlugin(plugins: string) {
  const { nousvizWidgets } = await import('@nousviz/widget-runtime/esbuild');
  const { build } = await import('esbuild');
  const folder = join(plugins, 'sales');
  await cp(join(root, 'e2e/site/plugin'), folder, { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await build({
    entryPoints: [join(folder, 'widget/Chart.tsx')],
    outdir: join(folder, 'widget/dist'),
    plugins: [nousvizWidgets()],
  });
}

const press = async (driver: WebDriver, label: string) => {
  const button = By.xpath(`//button[normalize-space()='${label}']`);
  await (await driver.wait(until.elementLocated(button), WAIT)).click();
};

const hasStatus = (driver: WebDriver, status: string) =>
  vi.waitFor(
    async () => expect(await driver.findElement(panel).getAttribute('data-status')).toBe(status),
    WAIT,
  );

describe.each([18, 19] as const)('WebKit, React %i', (react) => {
  test('a plugin waits for trust, runs with its style sheet, and goes when trust is revoked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nousviz-webkit-'));
    const plugins = join(folder, 'plugins');
    await buildPlugin(plugins);
    const { serveHost } = await import('#dev');
    const demo = await serveHost({ plugins, data: join(folder, 'data'), app: hostFolder({ react }) });
    try {
      const driver = await webkit.openSession();
      const url = new URL('/plugin/sales/overview', demo.url).href;
      const requests = () =>
        driver.executeScript<number>(
          () =>
            performance.getEntriesByType('resource').filter(({ name }) => name.includes('/Chart.js')).length,
        );
      await driver.get(url);
      await driver.wait(until.elementLocated(panel), WAIT);
      await hasStatus(driver, 'refused');
      expect(await requests(), 'an untrusted bundle is never requested').toBe(0);

      await press(driver, 'Trust this plugin');
      await hasStatus(driver, 'ready');
      expect(await requests()).toBeGreaterThan(0);
      await press(driver, 'Chart 0');
      const chart = driver.findElement(panel).findElement(By.css('button'));
      expect(await chart.getText()).toBe('Chart 1');
      const styles = {
        color: /^rgba?\(1, 2, 3\b/,
        'border-top-color': /^rgba?\(7, 8, 9\b/,
        'margin-left': /^3px$/,
      };
      for (const [property, value] of Object.entries(styles))
        expect(await chart.getCssValue(property), property).toMatch(value);
      expect(await driver.executeScript(() => document.adoptedStyleSheets.length)).toBeGreaterThan(0);

      await driver.findElement(By.linkText('Settings')).click();
      await press(driver, 'Revoke trust');
      await press(driver, 'Revoke now');
      await driver.wait(
        async () => (await driver.findElements(By.xpath(`//button[.='Revoke now']`))).length === 0,
        WAIT,
      );
      await driver.get(url);
      await driver.wait(until.elementLocated(panel), WAIT);
      await hasStatus(driver, 'refused');
      expect(await requests()).toBe(0);
    } finally {
      await demo.close();
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
