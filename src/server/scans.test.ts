import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readFindings } from '../bundle/findings.ts';
import type { ListAnswer, ListedComponent } from '../contract/index.ts';
import { makeFolder } from './folder.test.kit.ts';
import { createServer, fileTrustStore } from './index.ts';

vi.mock('../bundle/findings.ts', { spy: true });

const padded = (code: string, length: number) => `${code}//`.padEnd(length, '.');

/** Makes a server with a plugin of some bundles. */
async function makeHost(bundles: readonly string[]) {
  const names = bundles.map((_, index) => `C${index}`);
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': `id: sales\nfrontend:\n  components:\n${names.map((name) => `    - {name: ${name}, path: ${name}.js}\n`).join('')}`,
    ...Object.fromEntries(bundles.map((bundle, index) => [`plugins/sales/C${index}.js`, bundle])),
  });
  const { fetch: handler } = createServer({
    plugins: join(root, 'plugins'),
    trust: fileTrustStore(join(root, 'trust.jsonl')),
  });
  const get = async (path: string) => (await handler(new Request(`http://localhost/api${path}`))).json();
  const listed = async () => ((await get('/plugins')) as ListAnswer).plugins[0]!.frontend.components;
  const reviewed = async () =>
    ((await get('/plugins/sales?with=findings')) as { frontend: { components: ListedComponent[] } }).frontend
      .components;
  return { get, listed, reviewed };
}

const hostsIn = (components: readonly ListedComponent[]) =>
  components.map(({ findings }) => findings && findings.hosts);

test('a list does not wait for the scan of much code, and has the findings once a review has asked for them', async () => {
  const half = (host: string) => padded(`f("https://${host}/");`, 600_000);
  const { listed, reviewed, get } = await makeHost([half('a.example'), half('b.example')]);
  vi.mocked(readFindings).mockClear();
  const first = await listed();
  // Not a part of them, which would look like all.
  expect(hostsIn(first)).toEqual([undefined, undefined]);
  expect(first.map(({ sha256, size }) => [typeof sha256, size])).toEqual([
    ['string', 600_000],
    ['string', 600_000],
  ]);
  await get('/plugins/sales');
  expect(readFindings).not.toHaveBeenCalled();
  const hosts = [['a.example'], ['b.example']];
  expect(hostsIn(await reviewed())).toEqual(hosts);
  expect(hostsIn(await listed())).toEqual(hosts);
  expect(readFindings).toHaveBeenCalledTimes(2);
});

test('a list scans little code itself', async () => {
  const { listed } = await makeHost([padded('f("https://a.example/");', 300_000)]);
  expect(hostsIn(await listed())).toEqual([['a.example']]);
});

test('other requests are answered while a plugin is scanned', async () => {
  const count = 60;
  const { listed, reviewed } = await makeHost(
    Array.from({ length: count }, (_, index) => padded(`f(${index});`, 60_000)),
  );
  const found = { api_paths: [], hosts: [], helpers: [], reaches: [], imports: [] };
  const scan = vi.mocked(readFindings).mockImplementation(() => {
    // Work, and no time, so that a slow machine is as slow in all of it.
    let sum = 0;
    for (let index = 0; index < 5_000_000; index += 1) sum += index;
    return sum < 0 ? undefined! : found;
  });
  scan.mockClear();
  const review = reviewed();
  await vi.waitUntil(() => scan.mock.calls.length > 0, { interval: 1, timeout: 20_000 });
  // Its answer needs many turns of the event loop.
  await listed();
  expect(scan.mock.calls.length).toBeLessThan(count);
  await review;
  expect(scan).toHaveBeenCalledTimes(count);
});
