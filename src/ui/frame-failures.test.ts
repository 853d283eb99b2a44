import { expect, test } from 'vitest';
import { LIMITED_NAMES } from '../bundling/frame-limits.ts';
import { isFinding } from '../bundle/names.ts';
import type { Findings } from '../contract/index.ts';
import { failuresInFrame } from './frame-failures.ts';
import { powersOf } from './powers.ts';

const failuresOf = (findings: Findings) => failuresInFrame(powersOf('sales', [findings]));

/** What "nousviz-widget check" names as well, as far as a scan finds it. */
const limited = [...LIMITED_NAMES.keys()]
  .map((name) => name.replace(/(?:\(\)|=)$/, ''))
  .filter((name) => isFinding(name));

test.each(limited)('%s fails in a frame', (name) => {
  expect(failuresOf({ reaches: [name] })).toEqual([name]);
});

test.each<[string, Findings]>([
  ['a.example', { hosts: ['a.example'] }],
  ['/api/query', { api_paths: ['/api/query'] }],
  ['/api/plugins/other/items', { api_paths: ['/api/plugins/other/items'] }],
  ['/api/plugins/…/install', { api_paths: ['/api/plugins/…/install'] }],
  ['setTimeout("…")', { reaches: ['setTimeout("…")'] }],
  ['https://cdn.example/x.js', { imports: ['https://cdn.example/x.js'] }],
])('%s fails in a frame', (name, findings) => {
  expect(failuresOf(findings)).toEqual([name]);
});

test.each<Findings>([
  { hosts: ['…'] },
  { hosts: ['… and 5 more'] },
  { api_paths: ['/api/plugins/sales/items', '/api/plugins/…/items', '/api/plugins/…', '/api/…', '…/api/…'] },
  { helpers: ['apiFetch', 'cn'] },
  { imports: ['./Chunk.js', 'lodash'] },
  { reaches: ['session token', 'new fetch', 'every key press', 'window[…]', 'Worker', 'src'] },
])('%j does not fail for certain', (findings) => {
  expect(failuresOf(findings)).toEqual([]);
});

test('names each thing once, although the storage is found in two ways', () => {
  expect(failuresOf({ reaches: ['localStorage[*]', 'localStorage', 'eval'], hosts: ['a.example'] })).toEqual([
    'a.example',
    'eval',
    'localStorage',
  ]);
});
