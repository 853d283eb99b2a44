import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { createServer, fileTrustStore } from './index.ts';

const SHA = 'a'.repeat(64);
const declares = (path: string) => `\nfrontend:\n  components:\n    - {name: M, path: ${path}}\n`;

/** Plugins of which something is not as it should be. */
const PLUGINS: Record<string, string> = {
  'good/plugin.yaml': `id: good${declares('M.js')}dashboards:\n  - {name: main, path: dashboards/main.yaml}\n`,
  'good/M.js': 'export default () => 1;',
  'missing/plugin.yaml': `id: missing${declares('dist/M.js')}`,
  'folder/plugin.yaml': `id: folder${declares('M.js')}`,
  'folder/M.js/x': '',
  'behind-file/plugin.yaml': `id: behind-file${declares('dist/M.js')}`,
  'behind-file/dist': '',
  'loop/plugin.yaml': `id: loop${declares('M.js')}`,
  'link-out/plugin.yaml': `id: link-out${declares('M.js')}`,
  'no-code/plugin.yaml': 'id: no-code\n',
  'bad-yaml/plugin.yaml': 'id: [',
  'bad-manifest/plugin.yaml': 'id: bad-manifest\nfrontend:\n  components: 5\n',
  'manifest-folder/plugin.yaml/x': '',
  'boards/plugin.yaml': 'id: boards\n',
  'boards/dashboards/bad.yaml': 'panels: [',
  'boards/dashboards/folder.yaml/x': '',
};

const NAMES = [
  'M.js',
  'Other.js',
  'M.js.map',
  'M.css',
  '..%2fplugin.yaml',
  'main',
  'bad',
  'folder',
  'loop',
  '%00',
  '%',
  'x'.repeat(300),
];
const IDS = [
  ...new Set(Object.keys(PLUGINS).map((path) => path.split('/')[0]!)),
  'gone',
  'boxed',
  'empty',
  'unknown',
  'Bad%20Id',
  '..',
  '%2e%2e',
  '%00',
  'x'.repeat(300),
];
const BODIES = [
  undefined,
  '',
  '{',
  '5',
  '{}',
  '{"bundles":5}',
  '{"bundles":{}}',
  '{"bundles":{"M.js":"x"}}',
  `{"bundles":{"M.js":"${SHA}"}}`,
  `{"bundles":{"../x":"${SHA}"}}`,
];

/** Every route with inputs that are not as they should be. */
function requests(): [method: string, path: string, body?: string][] {
  const reads = IDS.flatMap((id) => [
    `/plugins/${id}`,
    `/plugins/${id}?with=findings`,
    `/plugins/${id}/frontend-components`,
    `/plugins?dashboard=${id}/bad`,
    `/plugins/${id}/trust-history`,
    ...NAMES.flatMap((name) => [
      `/plugins/${id}/widget/${name}`,
      `/plugins/${id}/widget/${name}?v=${SHA}`,
      `/plugins/${id}/widget/${name}?v=x`,
      `/plugins/${id}/source/${name}?sha256=${SHA}`,
      `/plugins/${id}/source/${name}`,
      `/plugins/${id}/dashboards/${name}`,
      `/plugins/${id}/dashboards/${name}?with=list`,
    ]),
  ]);
  const others = [
    '',
    '/',
    '/nothing',
    '/plugins',
    '/trust-history?limit=0',
    '/trust-history?act=x',
    '/trust-history?before=x',
    '/trust-history?format=xml',
    '/widget-runtime/none.js',
    '/widget-runtime/react.js',
    '/widget-runtime/sandbox/19.js',
    '/widget-runtime/sandbox?plugin=unknown',
    '/widget-runtime/sandbox?plugin=good&react=1',
  ];
  const posts = IDS.flatMap((id) =>
    ['trust-frontend', 'sandbox-frontend', 'refuse-frontend', 'revoke-frontend-trust'].map(
      (act) => `/plugins/${id}/${act}`,
    ),
  );
  return [
    ...[...reads, ...others].map((path): [string, string] => ['GET', path]),
    ...[...others, ...reads.slice(0, 6)].map((path): [string, string] => ['PUT', path]),
    ...posts.flatMap((path) =>
      BODIES.map((body): [string, string, string?] => [
        'POST',
        path,
        ...(body === undefined ? ([] as const) : ([body] as const)),
      ]),
    ),
    ...posts.slice(0, 4).map((path): [string, string] => ['GET', path]),
  ];
}

/** A sentence that says what to do. */
const REMEDY =
  /(?:^|[.:;] )(?:Add|Build|Check|Consent|Correct|Import|Install|Load|Read|Review|Run|Show|Sign in|Take|Use|Write|The body of a consent is) /;

test('every error answer says what to do, and none has a path of the server', async () => {
  const root = await makeFolder({});
  const plugins = join(root, 'plugins');
  await writeFiles(plugins, PLUGINS);
  await symlink('M.js', join(plugins, 'loop/M.js'));
  await writeFile(join(root, 'outside.js'), '');
  await symlink(join(root, 'outside.js'), join(plugins, 'link-out/M.js'));
  await symlink('loop.yaml', join(plugins, 'boards/dashboards/loop.yaml'));
  await mkdir(join(plugins, 'empty'));
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  for (const id of ['gone', 'boxed']) {
    // Accepted bundles of which neither the files nor the copies are there any more.
    await trust[id === 'gone' ? 'consent' : 'sandbox']!(id, 'ada', new Map([['M.js', Buffer.from(id)]]));
    await writeFiles(join(plugins, id), { 'plugin.yaml': `id: ${id}${declares('dist/M.js')}` });
  }
  await rm(join(root, 'bundles'), { recursive: true });
  const { fetch: handler } = createServer({
    plugins,
    trust,
    operator: ({ headers }) => headers.get('x-who'),
  });
  expectConsole(/The consent to .* was refused with HTTP 400/);
  const [leaks, failures, helpless] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const statuses = new Set<number>();
  for (const [method, path, body] of requests()) {
    for (const who of ['ada', '']) {
      const request = new Request(`http://localhost/api${path}`, {
        method,
        headers: who ? { 'x-who': who } : {},
        ...(body !== undefined && { body }),
      });
      const response = await handler(request);
      const text = await response.text();
      const said = `${method} ${path} ${response.status} ${text}`;
      statuses.add(response.status);
      if (text.includes(root)) leaks.add(said);
      if (response.status < 400) continue;
      const { detail } = JSON.parse(text) as { detail: string };
      if (response.status === 500) failures.add(said);
      if (!REMEDY.test(detail)) helpless.add(detail);
    }
  }
  expect([...leaks]).toEqual([]);
  expect([...failures]).toEqual([]);
  expect([...helpless].toSorted()).toEqual([]);
  expect([...statuses].toSorted()).toEqual([200, 400, 401, 403, 404, 405, 409, 422]);
});

test.each(['a file', 'nothing'])(
  'with %s in the place of the plugins, no answer has a path of the server',
  async (kind) => {
    const root = await makeFolder(kind === 'a file' ? { plugins: '' } : {});
    const { fetch: handler } = createServer({
      plugins: join(root, 'plugins'),
      trust: fileTrustStore(join(root, 'trust.jsonl')),
      operator: () => 'ada',
    });
    const failed = vi.spyOn(console, 'error').mockReturnValue();
    for (const path of [
      '/plugins',
      '/plugins/a',
      '/plugins/a/widget/M.js',
      '/plugins/a/dashboards/d',
      '/plugins?dashboard=a/d',
    ]) {
      const response = await handler(new Request(`http://localhost/api${path}`));
      const text = await response.text();
      expect(text).not.toContain(root);
      if (response.status >= 400) expect((JSON.parse(text) as { detail: string }).detail).toMatch(REMEDY);
    }
    // What the answers do not say is in the log.
    if (kind === 'a file') expect(String(failed.mock.calls[0])).toContain(root);
  },
);
