import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer, preview, type InlineConfig } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import { sandboxHeaders } from '../server/sandbox-headers.ts';
import { makeFolder } from '../server/folder.test.kit.ts';
import { nousvizHost } from './index.ts';

const PAGE = '/api/widget-runtime/sandbox.html?plugin=sales&react=19';
function originOf(server: Pick<Server, 'address'>) {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
const headersAt = (...origins: string[]) => sandboxHeaders({ pluginId: 'sales', base: '/api', origins });

/** Serves the page of a frame with the headers of a server, which names the `Host` that it gets. */
async function serveApi() {
  const server = createHttpServer((request, response) => {
    response.writeHead(200, headersAt('https://dash.example', `http://${request.headers.host}`));
    response.end('the page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return originOf(server);
}

test.each([
  ['development', '127.0.0.1'],
  ['a preview', '127.0.0.1'],
  ['development', '::1'],
  ['a preview', '::1'],
])('names the origin of the page in the headers of a frame, in %s at %s', async (mode, host) => {
  const root = await makeFolder({ 'index.html': '<!doctype html>', 'dist/index.html': '<!doctype html>' });
  const target = await serveApi();
  const common = { host, port: 0, proxy: { '/api': target } };
  const options: InlineConfig = { root, configFile: false, logLevel: 'silent', plugins: [nousvizHost()] };
  const server =
    mode === 'development'
      ? await (await createServer({ ...options, server: { ...common, ws: false } })).listen()
      : await preview({ ...options, preview: common });
  onTestFinished(() => server.close());
  const origin = originOf(server.httpServer as Server);
  const { headers } = await fetch(origin + PAGE);
  expect(headers.get('content-security-policy')).toBe(headersAt(origin)['Content-Security-Policy']);
  for (const [name, value] of Object.entries(headersAt(origin))) expect(headers.get(name), name).toBe(value);
  const other = await fetch(`${origin}/api/other`);
  expect(other.headers.get('content-security-policy')).toContain('https://dash.example/');
});
