import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SHIMS } from '../contract/index.ts';
import { makeFolder } from './folder.test.kit.ts';
import { createServer, createImportMap, fileTrustStore, importMapTag } from './index.ts';

const MANIFEST =
  'id: sales\nfrontend: {components: [{name: Map, path: Map.js}, {name: Gone, path: Gone.js}]}';

async function makeHost(base = '/api') {
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': MANIFEST,
    'plugins/sales/Map.js': 'export default 1',
    'plugins/idle/plugin.yaml': MANIFEST.replace('sales', 'idle'),
    'plugins/idle/Map.js': 'export default 2',
  });
  const plugins = join(root, 'plugins');
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  const { fetch: handler } = createServer({ plugins, trust, base });
  const send = (path: string, init?: RequestInit) =>
    handler(new Request(new URL(path, 'http://localhost'), init));
  await send(`${base.replace(/\/$/, '')}/plugins/sales/trust-frontend`, { method: 'POST' });
  return { root, send, read: createImportMap({ plugins, trust, base }) };
}

const digest = (bytes: Uint8Array) => `sha256-${createHash('sha256').update(bytes).digest('base64')}`;

test.each(['/api', '/nous/api', '/nous/api/', ''])(
  'names each shim and trusted bundle below %s by its bytes',
  async (given) => {
    const { send, read } = await makeHost(given);
    const base = given.replace(/\/$/, '');
    const { imports, integrity } = await read();
    const shims = [...SHIMS];
    expect(new Set(Object.keys(imports))).toEqual(
      new Set([base, '/api'].flatMap((at) => shims.map((shim) => `${at}/widget-runtime/${shim}`))),
    );
    expect(Object.keys(integrity).filter((url) => url.includes('/plugins/'))).toEqual([
      expect.stringMatching(/\/plugins\/sales\/widget\/Map\.js\?v=[0-9a-f]{64}$/),
    ]);
    for (const url of Object.values(imports)) expect(integrity).toHaveProperty([url]);
    for (const [url, expected] of Object.entries(integrity)) {
      const response = await send(url);
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(digest(new Uint8Array(await response.arrayBuffer()))).toBe(expected);
    }
  },
);

test('goes on naming the consented bytes when others are on disk', async () => {
  const { root, read } = await makeHost();
  const before = await read();
  await writeFile(join(root, 'plugins/sales/Map.js'), 'evil');
  expect(await read()).toEqual(before);
  expect(await readFile(join(root, 'plugins/sales/Map.js'), 'utf8')).toBe('evil');
});

test('writes an element that no text in it can end', () => {
  const map = { imports: { '/a</script><script>': '/b' }, integrity: { '<!--': 'x' } };
  const tag = importMapTag(map, 'n"once&');
  expect(tag).toMatch(/^<script type="importmap" nonce="n&quot;once&amp;">[^<]*<\/script>$/);
  expect(JSON.parse(/>(.*)</.exec(tag)![1]!)).toEqual(map);
  expect(importMapTag(map)).toMatch(/^<script type="importmap">/);
});
