import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { counter, dashboard } from './test.ts';
import { test as base } from './small-app.ts';

/** An app with two pages, a dashboard at `#main` and one widget at `#panel`; `#` has neither. */
const APP = `
import { createHost, CustomPanel, Dashboard, HostProvider } from '@nousviz/widget-runtime';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
const host = createHost({ getSessionToken: () => window.token });
window.host = host;
function App() {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = () => setHash(location.hash);
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  if (hash === '#main') return <Dashboard pluginId="sales" name="main" renderPanel={({ label }) => <p>{label}</p>} />;
  if (hash === '#panel') return <CustomPanel pluginId="sales" component="Chart" dashboardName="main" />;
  return <p>Nothing</p>;
}
const Mode = location.search === '?strict' ? StrictMode : 'div';
createRoot(document.getElementById('root')).render(<Mode><HostProvider host={host}><App /></HostProvider></Mode>);
`;

/** A server with the host API and an app, whose requests can fail. */
interface Lab {
  url: string;
  /** Answers instead of the server, while it is set. */
  fault: { answer?: (path: string) => Response | undefined };
  /** The paths of the requests since the last call, each with its status. */
  log(): string[];
  /** Writes a file of the plugin `sales`. */
  write(path: string, text: string): Promise<void>;
  /** Decides about trust as another device does, so that no tab is notified. */
  decide(verdict: 'trust-frontend' | 'revoke-frontend-trust'): Promise<void>;
}

/** A plugin with one component, and a dashboard that shows it. */
const FILES = {
  'plugin.yaml': `id: sales\nfrontend:\n  components:\n    - { name: Chart, path: Chart.js }\n`,
  'Chart.js': counter(),
  'dashboards/main.yaml': dashboard('Chart'),
};

export const test = base.extend<{ app: string; site: Lab }>({
  /** The source of the app. */
  app: [APP, { option: true }],
  site: async ({ serve, bundle, page, app: source }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'nousviz-'));
    const write = async (path: string, text: string) => {
      const file = join(folder, 'plugins/sales', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    };
    for (const [path, text] of Object.entries(FILES)) await write(path, text);
    const { createServer, fileTrustStore } = await import('@nousviz/widget-runtime/server');
    const api = createServer({
      plugins: join(folder, 'plugins'),
      trust: fileTrustStore(join(folder, 'trust.jsonl')),
    });
    const app = await bundle(source);
    const fault: Lab['fault'] = {};
    const lines: string[] = [];
    const { url } = await serve(async (request) => {
      const { pathname, search } = new URL(request.url);
      const isApi = pathname.startsWith('/api/');
      const answer =
        (isApi && fault.answer?.(pathname)) || (isApi ? await api.fetch(request) : await app(request));
      if (isApi) lines.push(`${pathname}${search} ${answer!.status}`);
      return answer;
    });
    const decide: Lab['decide'] = async (verdict) =>
      void (await fetch(`${url}api/plugins/sales/${verdict}`, { method: 'POST' }));
    await decide('trust-frontend');
    const log = () => lines.splice(0);
    await use({ url, fault, log, write, decide });
    // Ends the page's requests before the files go.
    await page.goto('about:blank');
    await rm(folder, { recursive: true, force: true });
  },
});

/** Makes the page believe that its tab is shown again, as browsers do when another tab was in front. */
export const showAgain = (page: Page) =>
  page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

/** The requests for the list of plugins, whole or in part. */
export const listsIn = (lines: readonly string[]) =>
  lines.filter((line) => /^\/api\/plugins(\?| )/.test(line));
