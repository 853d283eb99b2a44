import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import { serveDev, type DevOptions } from './serve-dev.ts';
import type { DevState } from './dev-state.ts';

const manifest = `id: sales
version: 1.0.0
frontend:
  components: [{ name: One, path: widget/dist/One.js }]
dashboards: [{ name: main }]
`;
const widget = (text: string) => `export default function One() { return <p>${text}</p>; }`;
const files = {
  'plugin.yaml': manifest,
  'dashboards/main.yaml': 'panels: []',
  'mock/items.json': '{"GET /items": {"body": [1]}}',
  'widget/One.tsx': widget('one'),
};

async function devOf(more: Partial<DevOptions> = {}) {
  const folder = await makeFolder(files);
  const lines: string[] = [];
  const dev = await serveDev({ folder, port: 0, report: (line) => lines.push(line), ...more });
  onTestFinished(dev.close);
  const ask = (path: string, init?: RequestInit) => fetch(new URL(path, dev.url), init);
  return { ...dev, folder, lines, ask };
}

/** Returns a function that reads the next state from the event stream. */
async function readStates(ask: (path: string) => Promise<Response>) {
  const { body } = await ask('/dev/events');
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  return async () => JSON.parse((await reader.read()).value!.slice('data: '.length)) as DevState;
}

const bundleOf = async (ask: (path: string) => Promise<Response>, { widgets: [one] }: DevState) =>
  (await ask(`/api/plugins/sales/widget/One.js?v=${one!.sha256}`)).text();

test('serves the trusted plugin with modules and mock answers, at the URL of its dashboard', async () => {
  const { url, ask } = await devOf();
  expect(new URL(url).pathname).toBe('/plugin/sales/main');
  const { plugins } = await (await ask('/api/plugins')).json();
  expect(plugins).toMatchObject([{ id: 'sales', frontend: { trusted: true, needs_consent: false } }]);
  expect(await (await ask('/api/plugins/sales/items')).json()).toEqual([1]);
  const next = await readStates(ask);
  const code = await bundleOf(ask, await next());
  const [path] = /\/api\/plugins\/sales\/widget\/modules\/[^"]+/.exec(code)!;
  const module = await ask(path);
  expect(module.headers.get('content-type')).toMatch(/^text\/javascript/);
  expect(module.headers.get('cache-control')).toContain('immutable');
  expect(await module.text()).toContain('one');
  expect((await ask('/api/plugins/sales/widget/modules/none.js')).status).toBe(404);
});

test('serves a sandboxed plugin to frames, until the author decides otherwise', async () => {
  const { folder, ask } = await devOf({ sandbox: true });
  const listed = async () => (await (await ask('/api/plugins')).json()).plugins;
  expect(await listed()).toMatchObject([{ frontend: { trusted: false, sandboxed: true } }]);
  const next = await readStates(ask);
  const { widgets } = await next();
  const inFrame = { headers: { Origin: 'null', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Site': 'cross-site' } };
  const bundle = `/api/plugins/sales/widget/One.js?v=${widgets[0]!.sha256}`;
  expect((await ask(bundle)).status).toBe(403);
  const [path] = /\/api\/plugins\/sales\/widget\/modules\/[^"]+/.exec(
    await (await ask(bundle, inFrame)).text(),
  )!;
  expect((await ask(path, inFrame)).headers.get('access-control-allow-origin')).toBe('null');
  expect((await ask(path)).headers.get('access-control-allow-origin')).toBeNull();
  await writeFiles(folder, { 'widget/One.tsx': widget('two') });
  await next();
  expect(await listed(), 'after a change').toMatchObject([{ frontend: { sandboxed: true } }]);
  await ask('/api/plugins/sales/trust-frontend', {
    method: 'POST',
    headers: { 'X-Session-Token': 'author' },
  });
  await writeFiles(folder, { 'widget/One.tsx': widget('three') });
  await next();
  expect(await listed(), 'after the author’s decision').toMatchObject([{ frontend: { trusted: true } }]);
});

test.each([
  [18, undefined],
  [18, '18.3.1'],
  [19, '19.0.0'],
])('previews on React %s if React %s is installed', async (react, version) => {
  const folder = await makeFolder({
    ...files,
    ...(version && { 'node_modules/react/package.json': JSON.stringify({ version }) }),
  });
  const dev = await serveDev({ folder, port: 0, report: () => {} });
  onTestFinished(dev.close);
  const page = await readFile(join(import.meta.dirname, `../../dist/demo-${react}/index.html`), 'utf8');
  const [script] = /<script[^>]* src="[^"]+"/.exec(page)!;
  expect(await (await fetch(dev.url)).text()).toContain(script);
});

test('sends open pages the new state after a save', async () => {
  const { folder, ask } = await devOf();
  const next = await readStates(ask);
  const first = await next();
  await writeFiles(folder, { 'widget/One.tsx': widget('two') });
  const second = await next();
  expect(second.boot).toBe(first.boot);
  expect(second.widgets[0]!.sha256).not.toBe(first.widgets[0]!.sha256);
  await writeFiles(folder, { 'widget/One.tsx': 'export default () => <p>;' });
  const third = await next();
  expect(third.widgets[0]).toMatchObject({
    sha256: second.widgets[0]!.sha256,
    failure: { file: 'widget/One.tsx', line: 1 },
  });
  await writeFiles(folder, { 'dashboards/main.yaml': 'title: Main' });
  expect((await next()).documents).toBe(1);
});

test('applies a save that immediately follows another', async () => {
  const { folder, ask } = await devOf();
  const next = await readStates(ask);
  await next();
  // Some editors empty a file before they write it.
  for (const text of ['', 'title: One', 'title: Two']) {
    await writeFiles(folder, { 'dashboards/main.yaml': text });
    await setTimeout(15);
  }
  await next();
  const shown = async () => (await ask('/api/plugins/sales/dashboards/main')).json();
  await vi.waitFor(async () => expect(await shown()).toEqual({ title: 'Two' }), 5000);
});

test('prints the report of an own page once', async () => {
  const { lines, ask } = await devOf();
  lines.length = 0;
  const post = async (report: object, headers: Record<string, string> = {}) =>
    (await ask('/dev/reports', { method: 'POST', body: JSON.stringify(report), headers })).status;
  const body = { component: 'One', sha256: 'a', text: 'Remounted \u001b[31mChart.' };
  expect([await post(body), await post(body)]).toEqual([204, 204]);
  expect(await post({ ...body, component: 'Two' })).toBe(400);
  expect(await post({ ...body, text: 1 })).toBe(400);
  expect(await post({ ...body, text: 'other' }, { 'Sec-Fetch-Site': 'cross-site' })).toBe(400);
  expect(lines).toEqual(['One: Remounted  [31mChart.']);
});

test('forwards other requests to --api', async () => {
  const real = createServer((request, response) => response.end(`real ${request.url}`));
  await new Promise<void>((done) => real.listen(0, '127.0.0.1', done));
  onTestFinished(() => void real.close());
  const { port } = real.address() as AddressInfo;
  const { ask } = await devOf({ api: `http://127.0.0.1:${port}` });
  expect(await (await ask('/api/plugins/sales/items')).text()).toBe('real /api/plugins/sales/items');
  expect((await (await ask('/api/plugins')).json()).plugins).toHaveLength(1);
});

test('uses the next free port and reports it', async () => {
  const { url } = await devOf();
  const port = Number(new URL(url).port);
  const { lines, url: next } = await devOf({ port });
  expect(Number(new URL(next).port)).toBeGreaterThan(port);
  expect(lines).toContain(`Port ${port} is in use. Using port ${new URL(next).port} instead.`);
});

test('refuses a folder without a plugin and an address that cannot be used', async () => {
  const folder = await makeFolder();
  const options = { folder, port: 0, report: vi.fn() };
  await expect(serveDev(options)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(/has no plugin\.yaml.*\[NO_PLUGIN\]$/),
  });
  await expect(serveDev({ ...options, folder: join(folder, 'none') })).rejects.toThrow('is not a folder');
  await writeFiles(folder, files);
  await expect(serveDev({ ...options, host: '203.0.113.1' })).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(/^--host 203\.0\.113\.1 --port 0: .*EADDRNOTAVAIL/),
  });
});

test('serves a plugin with an invalid manifest, which may be corrected', async () => {
  const folder = await makeFolder({ ...files, 'plugin.yaml': 'id: sales\nfrontend: { components: 7 }' });
  const lines: string[] = [];
  const dev = await serveDev({ folder, port: 0, report: (line) => lines.push(line) });
  onTestFinished(dev.close);
  expect(lines).toEqual([expect.stringMatching(/^plugin\.yaml:2:.*\[MANIFEST_INVALID\]$/)]);
  const next = await readStates((path) => fetch(new URL(path, dev.url)));
  expect((await next()).widgets).toEqual([]);
  await writeFiles(folder, { 'plugin.yaml': manifest });
  expect((await next()).widgets).toHaveLength(1);
  await rm(join(folder, 'widget/One.tsx'));
  expect((await next()).widgets[0]!.failure?.message).toContain('there is no widget/One.tsx');
});
