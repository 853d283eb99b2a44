import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { INLINE_SCRIPTS } from './frame-boot.ts';
import {
  allowlistOf,
  policyAt,
  sandboxHeaders,
  sandboxPolicy,
  type SandboxPlace,
} from './sandbox-headers.ts';

const PLACE: SandboxPlace = {
  pluginId: 'sales',
  base: '/api',
  origins: ['https://dash.example.com'],
  hosts: ['https://dash.example.com'],
};

test('has in the guide’s text for nginx the headers that the server sends', async () => {
  const guide = await readFile(new URL('README.md', import.meta.url), 'utf8');
  const lines = Object.entries(sandboxHeaders(PLACE)).map(
    ([name, value]) => `add_header ${name} "${value}" always;\n`,
  );
  const [, block] = /^### The frame's page$[\s\S]*?^```nginx\n([\s\S]*?)^```$/m.exec(guide)!;
  expect(block).toBe(lines.join(''));
});

test('admits nothing by default, and no source without a path except in bundles', () => {
  const policy = new Map(
    sandboxPolicy(PLACE)
      .split('; ')
      .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)] as const),
  );
  expect(policy.get('default-src')).toEqual(["'none'"]);
  for (const [name, sources] of policy)
    for (const source of name === 'frame-ancestors' ? [] : sources!)
      expect(source, name).toMatch(
        /^(?:'none'|'unsafe-inline'|data:|blob:|'wasm-unsafe-eval'|allow-scripts|'sha256-[\w+/]{43}='|https:\/\/dash\.example\.com\/api\/(?:widget-runtime|plugins\/sales\/widget)\/)$/,
      );
  expect(policy.get('script-src')).not.toContain("'unsafe-inline'");
});

test('changes the origins of a policy, and only where it has paths', () => {
  const both = sandboxPolicy({ ...PLACE, origins: ['https://dash.example.com', 'http://127.0.0.1:4173'] });
  expect(policyAt(both, 'http://localhost:5173')).toBe(
    sandboxPolicy({ ...PLACE, origins: ['http://localhost:5173'] }),
  );
});

const inline = INLINE_SCRIPTS.join(' ');
const ownOnly = `script-src 'self' ${inline} 'wasm-unsafe-eval' data:; connect-src 'self' blob: data:; worker-src blob: data:`;

test.each([
  ['an IPv6 address', 'http://[::1]:4173', 'http://*:4173'],
  ['an IPv6 address without a port', 'https://[fe80::1]', 'https://*'],
  ['an underscore', 'http://my_host:4173', 'http://*:4173'],
  ['a dot at the end', 'http://localhost.:4173', 'http://*:4173'],
  ['characters of a policy', 'http://x; script-src *; x:4173', 'http://*:4173'],
])('limits a policy to the own origin, where that has %s', (_, origin, source) => {
  const [first, second] = sandboxPolicy({
    ...PLACE,
    origins: [origin],
    hosts: [origin],
  }).split(', ');
  expect(first).toContain(
    `script-src ${source}/api/widget-runtime/ ${source}/api/plugins/sales/widget/ ${inline} 'wasm-unsafe-eval' data:; `,
  );
  expect(first).toContain(`connect-src ${source}/api/plugins/sales/widget/ blob: data:; `);
  expect(first).toContain("frame-ancestors 'self'; sandbox");
  expect(second).toBe(ownOnly);
});

test.each([
  ['to', 'http://localhost:4173', 'http://[::1]:5173'],
  ['from', 'http://[::1]:4173', 'http://localhost:5173'],
  ['between', 'http://[::1]:4173', 'http://[::2]:5173'],
])('changes the origins of a policy %s IPv6 addresses', (_, from, to) => {
  const [first, ...more] = policyAt(sandboxPolicy({ ...PLACE, origins: [from] }), to).split(', ');
  expect(first).toBe(sandboxPolicy({ ...PLACE, origins: [to] }).split(', ')[0]);
  // Two policies limit more than one.
  expect(more).toEqual([ownOnly]);
});

test.each<[string[], string]>([
  [['https://dash.example.com', 'http://127.0.0.1:4173', 'http://my_host'], '(response-origin)'],
  [['http://[::1]:4173'], String.raw`("*://[\\:\\:1]:4173")`],
  [
    ['https://[fe80::1]', 'https://dash.example.com'],
    String.raw`("https://[fe80\\:\\:1]" "https://dash.example.com")`,
  ],
  [['http://[::1]:4173', 'http://x" *:4173'], String.raw`("*://[\\:\\:1]:4173")`],
])('writes IPv6 addresses out in Connection-Allowlist: %j', (origins, value) => {
  expect(allowlistOf(origins)).toBe(value);
  expect(sandboxHeaders({ ...PLACE, origins })['Connection-Allowlist']).toBe(value);
});
