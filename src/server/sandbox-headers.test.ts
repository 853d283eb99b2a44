import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { policyAt, sandboxHeaders, sandboxPolicy, type SandboxPlace } from './sandbox-headers.ts';

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
        /^(?:'none'|'unsafe-inline'|data:|blob:|allow-scripts|'sha256-[\w+/]{43}='|https:\/\/dash\.example\.com\/api\/(?:widget-runtime|plugins\/sales\/widget)\/)$/,
      );
  expect(policy.get('script-src')).not.toContain("'unsafe-inline'");
});

test('changes the origins of a policy, and only where it has paths', () => {
  const both = sandboxPolicy({ ...PLACE, origins: ['https://dash.example.com', 'http://127.0.0.1:4173'] });
  expect(policyAt(both, 'http://localhost:5173')).toBe(
    sandboxPolicy({ ...PLACE, origins: ['http://localhost:5173'] }),
  );
});
