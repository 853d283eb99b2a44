import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleScript, GUIDE_POLICY, openOwnPage } from './own-page.ts';
import { counter, daily, dashboard, expect, test } from './test.ts';

/** The app, which a server renders and a browser hydrates. */
const APP = `
import { createHost, CustomPanel, Dashboard, HostProvider, usePlugins } from '@nousviz/widget-runtime';

export const host = createHost();
const Ids = () => <p id="ids">{usePlugins().plugins.map(({ id }) => id).join()}</p>;
export const app = (
  <HostProvider host={host}>
    <Ids />
    <Dashboard pluginId="sales" name="main" />
    <CustomPanel pluginId="sales" component="Chart" dashboardName="alone" label="Alone" config={{ a: 1 }} />
  </HostProvider>
);
`;

const SERVER = `${APP}
import { Writable } from 'node:stream';
import { renderToPipeableStream, renderToString } from 'react-dom/server';

export const asString = () => renderToString(app);
export const asStream = () =>
  new Promise((resolve, reject) => {
    let html = '';
    const output = new Writable({ write: (chunk, _, done) => { html += chunk; done(); }, final: (done) => { resolve(html); done(); } });
    const { pipe } = renderToPipeableStream(app, { onShellReady: () => pipe(output), onError: reject });
  });
`;

const CLIENT = `${APP}
import { hydrateRoot } from 'react-dom/client';

// The data arrives before React hydrates, so the page's first render must not use it.
await Promise.all([host.plugins.refresh(), host.preload('sales', 'main')]);
window.recovered = [];
hydrateRoot(document.querySelector('#root'), app, {
  onRecoverableError: (error) => window.recovered.push(String(error)),
});
`;

interface Server {
  asString(): string;
  asStream(): Promise<string>;
}

for (const mode of ['development', 'production'] as const)
  for (const renderer of ['asString', 'asStream'] as const)
    test(
      `hydrates ${renderer === 'asString' ? 'a string' : 'a stream'} without a warning, in ${mode}`,
      daily((mode === 'development') === (renderer === 'asString')),
      async ({ lab, page, react }) => {
        const files = { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') };
        await lab.install('sales', files);
        await lab.trust('/plugin/sales/main');

        const folder = await mkdtemp(join(tmpdir(), 'nousviz-hydration-'));
        const errors: unknown[][] = [];
        const { error: print } = console;
        console.error = (...given) => void errors.push(given);
        try {
          const file = join(folder, 'server.mjs');
          await writeFile(file, await bundleScript(SERVER, { react, mode, platform: 'node' }));
          const server = (await import(pathToFileURL(file).href)) as Server;
          const html = await server[renderer]();
          expect(html).toContain('data-panel="sales/Chart" data-status="loading"');

          const lines: string[] = [];
          page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
          const script = await bundleScript(CLIENT, { react, mode });
          // A violation of the policy is an error in the console.
          await openOwnPage(page, lab.url, script, `<div id="root">${html}</div>`, {
            'Content-Security-Policy': GUIDE_POLICY.replace('nonce-…', 'nonce-abc'),
          });
          await expect(lab.panel('sales/Chart')).toHaveCount(2);
          for (const panel of await lab.panel('sales/Chart').all()) {
            await expect(panel).toHaveAttribute('data-status', 'ready');
            await panel.getByRole('button', { name: 'Count 0' }).click();
            await expect(panel.getByRole('button', { name: 'Count 1' })).toBeVisible();
          }
          await expect(page.locator('#ids')).toHaveText('sales');
          expect(lines.filter((line) => /^(error|warning):/.test(line))).toEqual([]);
          expect(await page.evaluate(() => (window as never as { recovered: string[] }).recovered)).toEqual(
            [],
          );
        } finally {
          console.error = print;
          await rm(folder, { recursive: true, force: true });
        }
        expect(errors, 'errors on the server').toEqual([]);
      },
    );
