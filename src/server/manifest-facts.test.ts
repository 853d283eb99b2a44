import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { readPluginList, type PluginFacts } from '../contract/index.ts';
import { makeFolder } from './folder.test.kit.ts';
import { createServer, fileTrustStore, type ServerOptions } from './index.ts';
import { readFacts } from './manifest-facts.ts';

const HOME = 'https://example.com/';

test.each<[string, Record<string, unknown>, PluginFacts]>([
  ['nothing', {}, {}],
  ['a name', { author: ' Ada Lovelace ' }, { author: 'Ada Lovelace' }],
  ['a person', { author: { name: 'Ada', email: 'ada@example.com' } }, { author: 'Ada' }],
  ['a person without a name', { author: { email: 'ada@example.com' } }, { author: 'ada@example.com' }],
  ['several persons', { authors: ['Ada', { name: 'Bob' }, null] }, { author: 'Ada, Bob' }],
  ['a person that is nothing', { author: { name: null } }, {}],
  ['both spellings of the licence', { licence: 'MIT', license: null }, { license: 'MIT' }],
  ['the licence as a mapping', { license: { type: 'MIT', url: HOME } }, { license: 'MIT' }],
  ['a number', { description: 1 }, { description: '1' }],
  ['text of several lines', { description: 'One\n  two\tthree' }, { description: 'One two three' }],
  ['an override of the direction', { author: 'Ada\u202e\u0000gro.live' }, { author: 'Ada gro.live' }],
  ['half a character', { author: 'Ada\ud835' }, { author: 'Ada' }],
  ['right-to-left text', { author: 'عبد\u200f الله' }, { author: 'عبد\u200f الله' }],
  ['a list as a description', { description: ['a'] }, {}],
  ['an address', { homepage: HOME, repository: HOME }, { homepage: HOME, repository: HOME }],
  [
    'a repository as npm writes it',
    { repository: { type: 'git', url: `git+${HOME}r.git` } },
    { repository: `${HOME}r.git` },
  ],
  [
    'an address that is code',
    { homepage: 'javascript:alert(1)', repository: { url: 'data:text/html,x' } },
    {},
  ],
  ['an address that looks like another', { homepage: 'https://github.com@evil.example/' }, {}],
  ['no address', { homepage: 'example.com', repository: 'git@example.com:r.git' }, {}],
  ['a second spelling if the first is unusable', { homepage: 'x', url: HOME }, { homepage: HOME }],
])('reads from a manifest: %s', (_, document, facts) => {
  expect(readFacts(document)).toEqual(facts);
});

test('cuts long texts, and leaves out long addresses', () => {
  const long = '𝒜'.repeat(5000);
  const { author, description, ...rest } = readFacts({
    author: long,
    description: long,
    homepage: `${HOME}${'a'.repeat(600)}`,
    repository: `${HOME}${'ä'.repeat(400)}`,
  });
  expect([author, description].map((text) => [...text!].length)).toEqual([200, 1000]);
  expect(author).toMatch(/^𝒜+…$/u);
  expect(rest).toEqual({});
});

const STATED = `id: sales
author: {name: Ada, url: ${HOME}}
licence: MIT
homepage: javascript:alert(1)
installed_from: the official store
trusted_by: root
trusted_at: 2026-01-01
frontend: {components: [{name: Map, path: Map.js}]}
`;

const everywhere = (facts: unknown) => [facts, facts, facts, facts];

async function makeHost(options: Partial<ServerOptions> = {}) {
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': STATED,
    'plugins/sales/Map.js': 'export default 1',
    'plugins/sales/dashboards/main.yaml': 'panels: [{type: custom, component: Map}]',
  });
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  const { fetch: handler } = createServer({
    plugins: join(root, 'plugins'),
    trust,
    operator: () => 'bob',
    ...options,
  });
  const send = async (path: string, method = 'GET') =>
    (await handler(new Request(`http://localhost/api/plugins${path}`, { method }))).json();
  const facts = async (): Promise<PluginFacts[]> => {
    const [list, part, plugin] = [await send(''), await send('?dashboard=sales/main'), await send('/sales')];
    // The page reads the same from the list.
    const read = readPluginList(list).list!.plugins;
    return [...list.plugins, ...part.plugins, plugin, ...read].map(
      ({ author, homepage, license, installed_from, trusted_by, trusted_at }) =>
        JSON.parse(JSON.stringify({ author, homepage, license, installed_from, trusted_by, trusted_at })),
    );
  };
  return { send, facts };
}

test('gives the facts in the list, its parts, the plugin and the page’s list; a manifest cannot state a decision', async () => {
  const { send, facts } = await makeHost({ installedFrom: (id) => `https://packages.example.com/${id}` });
  const stated = { author: 'Ada', license: 'MIT', installed_from: 'https://packages.example.com/sales' };
  expect(await facts()).toEqual(everywhere(stated));
  await send('/sales/trust-frontend', 'POST');
  const decided = { ...stated, trusted_by: 'bob', trusted_at: expect.stringMatching(/^\d{4}-.*Z$/) };
  expect(await facts()).toEqual(everywhere(decided));
  await send('/sales/sandbox-frontend', 'POST');
  expect(await facts()).toEqual(everywhere(decided));
  await send('/sales/revoke-frontend-trust', 'POST');
  expect(await facts()).toEqual(everywhere(stated));
});

test('lists a plugin although the option "installedFrom" fails', async () => {
  const { facts } = await makeHost({ installedFrom: () => Promise.reject(new Error('no packages')) });
  expect(await facts()).toEqual(everywhere({ author: 'Ada', license: 'MIT' }));
  expectConsole(/^sales: the option "installedFrom" of createServer failed: Error: no packages/);
});
