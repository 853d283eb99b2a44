import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import {
  build,
  createServer,
  preview,
  type InlineConfig,
  type Plugin,
  type Rolldown,
  type UserConfig,
} from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { API_BASE, PRELOADED_ID, shimPath, SHIMS } from '../contract/index.ts';
import { preloadScript } from './preload-script.ts';
import { compileRoutes } from './routes.ts';
import { nousvizHost, type NousvizHostOptions } from './index.ts';

const root = join(import.meta.dirname, '../..');
const PACKAGES = {
  18: join(root, 'fixtures/react-18/node_modules'),
  19: join(root, 'node_modules'),
};
const HTML = `<!doctype html>
<html>
  <head>
    <meta charset="utf-8" />
    <title>Host</title>
    <link rel="stylesheet" href="https://fonts.example/font.css" />
  </head>
  <body>
    <div id="root"></div>
    <script type="module" src="./main.tsx"></script>
  </body>
</html>
`;
const MAIN = `import { createRoot } from 'react-dom/client';
import { createHost, Dashboard, HostProvider } from '@nousviz/widget-runtime';
const host = createHost();
createRoot(document.getElementById('root')!).render(
  <HostProvider host={host}><Dashboard pluginId="sales" name="overview" /></HostProvider>,
);
`;

let folder = '';
const open: { close(): Promise<unknown> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nousviz-vite-'));
  await write({ 'index.html': HTML, 'main.tsx': MAIN });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true, force: true });
});

async function write(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

function configure(options?: NousvizHostOptions, more: UserConfig = {}, react: 18 | 19 = 19): InlineConfig {
  return {
    ...more,
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [nousvizHost(options), ...(more.plugins ?? [])],
    resolve: {
      alias: [
        { find: /^@nousviz\/widget-runtime$/, replacement: join(root, 'dist/client.js') },
        { find: /^(react|react-dom)(?=\/|$)/, replacement: join(PACKAGES[react], '$1') },
      ],
    },
  };
}

/** Builds the app. Returns the files, and the chunks as the bundler knows them. */
async function make(options?: NousvizHostOptions, more?: UserConfig, react?: 18 | 19) {
  const warnings: string[] = [];
  const chunks: Rolldown.OutputChunk[] = [];
  const config = configure(options, more, react);
  const { rolldownOptions } = config.build ?? {};
  const onwarn = ({ message }: { message: string }) => void warnings.push(message);
  config.build = { ...config.build, rolldownOptions: { ...rolldownOptions, onwarn } };
  config.plugins!.push({
    name: 'watch',
    generateBundle: (_, bundle) =>
      void chunks.push(...Object.values(bundle).filter((file) => file.type === 'chunk')),
  });
  await build(config);
  const files = (await readdir(join(folder, 'dist'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(folder, 'dist'), join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  const read = (path: string) => readFile(join(folder, 'dist', path), 'utf8');
  return { files, chunks, warnings: warnings.join('\n'), read, html: await read('index.html') };
}

const LINK = /<link rel="modulepreload" fetchpriority="low" href="([^"]+)">/g;
const preloadsOf = (html: string) => [...html.matchAll(LINK)].map(([, href]) => href!);
const importMapOf = (html: string) => {
  const [, text] = /<script type="importmap">(.*?)<\/script>/.exec(html) ?? [];
  return text && (JSON.parse(text) as { imports: Record<string, string> }).imports;
};

test.each([18, 19] as const)(
  'puts all code that renders panels into the app’s first script, on React %i',
  async (react) => {
    const { html, chunks } = await make({}, {}, react);
    expect(preloadsOf(html)).toEqual([]);
    const [panels, ...more] = chunks.filter(({ code }) => code.includes('"data-panel":'));
    expect(more).toEqual([]);
    expect(panels!.isEntry).toBe(true);
    // Failures, a decision about trust, a widget that renders often, a redirect, a dashboard that changes, the theme and two options load
    // their code when they occur.
    const later = panels!.dynamicImports.map((file) => /^assets\/(\w+)-/.exec(file)?.[1]);
    const expected = [
      'close',
      'decision',
      'diagnosis',
      'keep',
      'redirect',
      'require',
      'session',
      'theme',
      'watch',
    ];
    expect(later.toSorted()).toEqual(expected);
  },
);

const LATER = { 'main.tsx': 'import("./dashboards.tsx");', 'dashboards.tsx': MAIN };

test('finds the library in any chunk of the app’s build', async () => {
  await write(LATER);
  const groups = [{ name: 'panels', test: /[/\\]dist[/\\](?!diagnosis)/ }];
  const codeSplitting = { groups, includeDependenciesRecursively: false };
  const { html, chunks } = await make({}, { build: { rolldownOptions: { output: { codeSplitting } } } });
  const [panels, ...more] = chunks.filter(({ code }) => code.includes('"data-panel":'));
  expect(more).toEqual([]);
  expect(panels!.fileName).toMatch(/^assets\/panels-/);
  expect(preloadsOf(html)).toContain(`/${panels!.fileName}`);
});

test('preloads nothing where the app is one file', async () => {
  const { html, chunks } = await make(
    {},
    { build: { rolldownOptions: { output: { codeSplitting: false } } } },
  );
  expect(chunks).toHaveLength(1);
  expect(preloadsOf(html)).toEqual([]);
});

test('puts the requests first and the preloads after the app’s own script', async () => {
  await write(LATER);
  const { html } = await make();
  const places = [
    '<meta charset',
    `<script id="${PRELOADED_ID}">`,
    '<link rel="stylesheet"',
    '<script type="module"',
    '<link rel="modulepreload" fetchpriority="low"',
    '</head>',
  ].map((text) => html.indexOf(text));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(html.lastIndexOf('<script type="module"')).toBeLessThan(html.indexOf('fetchpriority="low"'));
});

test('puts the requests first where the page does not declare its encoding', async () => {
  await write({ 'index.html': HTML.replace(/.*charset.*\n/, '') });
  const { html } = await make({ apiBase: '/nous/api' });
  expect(html).toMatch(new RegExp(`<head>\\s*<script id="${PRELOADED_ID}">`));
});

test('passes the dashboards, the API and the base to the inline script', async () => {
  const options = { apiBase: '/sub/api', dashboards: { '/d/:id': ':id/main' } };
  const { html } = await make(options, { base: '/sub/' });
  const code = await preloadScript('/sub/api', compileRoutes(options.dashboards, '/sub/'));
  expect(html).toContain(`<script id="${PRELOADED_ID}">${code}</script>`);
});

test('leaves all preloads to the server where dashboards is false', async () => {
  const { html } = await make({ dashboards: false });
  expect(html).not.toContain(PRELOADED_ID);
  expect(preloadsOf(html)).toEqual([]);
});

test.each<[string, NousvizHostOptions, UserConfig, string | undefined]>([
  ['at the root', {}, {}, 'api'],
  ['for an API at another path', { apiBase: '/nous/api/' }, {}, 'nous/api'],
  ['below a base', { apiBase: '/sub/api' }, { base: '/sub/' }, 'api'],
  ['under a relative base', {}, { base: './' }, 'api'],
  ['with assets on another site', {}, { base: 'https://cdn.example/app/' }, 'api'],
  ['not for an API outside the base', {}, { base: '/sub/' }, undefined],
  ['not for another site’s API', { apiBase: 'https://api.example/api' }, {}, undefined],
  ['not where shims is false', { shims: false }, {}, undefined],
])('adds the shims to the build: %s', async (_, options, more, place) => {
  const { files, read } = await make(options, more);
  const shims = files.filter((file) => file.includes('widget-runtime/'));
  const expected = place === undefined ? [] : SHIMS.map((shim) => place + shimPath(shim));
  expect(shims.toSorted()).toEqual(expected.toSorted());
  for (const [index, file] of expected.entries())
    expect(await read(file)).toBe(await readFile(join(root, 'shims', SHIMS[index]!), 'utf8'));
});

test('adds no shims to a build for a server', async () => {
  await write({ 'server.ts': 'export const answer = 42;' });
  await build(configure({}, { build: { ssr: 'server.ts' } }));
  expect(await readdir(join(folder, 'dist'))).toEqual(['server.mjs']);
});

test('maps the imports of bundles to shims at another path', async () => {
  const { html } = await make({ apiBase: '/sub/api' }, { base: '/sub/' });
  expect(importMapOf(html)).toEqual(
    Object.fromEntries(SHIMS.map((shim) => [API_BASE + shimPath(shim), `/sub/api${shimPath(shim)}`])),
  );
  expect(html.indexOf('<script type="importmap"')).toBeLessThan(html.indexOf('<script type="module"'));
});

test('adds no import map where the shims are at their default path', async () => {
  for (const apiBase of ['/api', '/api/', 'https://api.example/api'])
    expect(importMapOf((await make({ apiBase })).html)).toBeUndefined();
});

test('maps the imports of bundles on another site to its shims', async () => {
  const { html } = await make({ apiBase: 'https://api.example/v2/api' });
  expect(importMapOf(html)).toMatchObject({
    'https://api.example/api/widget-runtime/react.js': 'https://api.example/v2/api/widget-runtime/react.js',
  });
});

const withMap = (map: object) =>
  HTML.replace('<title>', `<script type="importmap">${JSON.stringify(map)}</script>\n    <title>`);

test('accepts the page’s own import map only if it has the imports that widgets need', async () => {
  await write({ 'index.html': withMap({ imports: { lodash: '/lodash.js' } }) });
  await expect(make({ apiBase: '/nous/api' })).rejects.toThrow(
    /nousvizHost: \/index.html has its own import map. Add the imports .*\n.*"\/api\/widget-runtime\/react.js": "\/nous\/api\/widget-runtime\/react.js"/,
  );
  const { html: plain } = await make();
  expect(importMapOf(plain)).toEqual({ lodash: '/lodash.js' });
  const imports = Object.fromEntries(
    SHIMS.map((shim) => [API_BASE + shimPath(shim), `/nous/api${shimPath(shim)}?v=1`]),
  );
  const children = JSON.stringify({ imports });
  const ofPlugin: Plugin = {
    name: 'map',
    transformIndexHtml: () => [{ tag: 'script', attrs: { type: 'importmap' }, children }],
  };
  for (const [page, plugins] of [
    [withMap({ imports }), []],
    [HTML, [ofPlugin]],
  ] as const) {
    await write({ 'index.html': page });
    const { html } = await make({ apiBase: '/nous/api' }, { plugins: [...plugins] });
    expect(html.match(/<script type="importmap"/g)).toHaveLength(1);
    expect(importMapOf(html)).toEqual(imports);
  }
});

test('sets Vite’s nonce on its scripts and links', async () => {
  await write(LATER);
  const { html } = await make({ apiBase: '/nous/api' }, { html: { cspNonce: 'NONCE' } });
  const scripts = html.match(/<script\b[^>]*>/g)!;
  const links = html.match(/<link\b[^>]*modulepreload[^>]*>/g)!;
  const tags = [...scripts, ...links];
  // Two scripts of ours and that of the app. The bundler decides into how many later files it splits.
  expect(scripts).toHaveLength(3);
  expect(links.length).toBeGreaterThan(0);
  for (const tag of tags) expect(tag).toContain('nonce="NONCE"');
});

test.each<[string, UserConfig, string]>([
  ['below a base', { base: '/sub/' }, '/sub/assets/'],
  ['on another site', { base: 'https://cdn.example/app/' }, 'https://cdn.example/app/assets/'],
  ['under a relative base', { base: './' }, '../../assets/'],
  [
    'with the app’s own function',
    { experimental: { renderBuiltUrl: (file, { hostType }) => `//cdn.example/${hostType}/${file}` } },
    '//cdn.example/html/assets/',
  ],
])('builds the URLs of files as Vite does: %s', async (_, more, start) => {
  await write({
    'index.html': '<p>elsewhere</p>',
    'pages/deep/index.html': HTML.replace('./main', '../../main'),
    ...LATER,
  });
  const input = ['index.html', 'pages/deep/index.html'].map((path) => join(folder, path));
  const { read } = await make({}, { ...more, build: { rolldownOptions: { input } } });
  const html = await read('pages/deep/index.html');
  const [panels, ...others] = preloadsOf(html).filter((href) => href.includes('/dashboards-'));
  expect(others).toEqual([]);
  expect(panels).toContain(`${start}dashboards-`);
  expect(html).toContain(`src="${start}`);
});

test('does not change pages that do not use the library', async () => {
  const plain = HTML.replace('./main.tsx', './plain.ts');
  await write({
    'plain.html': plain,
    'plain.ts': 'document.title = "Plain";',
    'none.html': '<p>No script</p>',
  });
  const input = ['index.html', 'plain.html', 'none.html'].map((path) => join(folder, path));
  const { read, html, warnings } = await make(
    {},
    {
      build: { chunkSizeWarningLimit: 2000, rolldownOptions: { input } },
    },
  );
  expect(html).toContain(PRELOADED_ID);
  for (const page of ['plain.html', 'none.html'])
    expect(await read(page)).not.toMatch(new RegExp(`${PRELOADED_ID}|widget-runtime|fetchpriority`));
  expect(warnings).toBe('');
});

test('warns where no module is the library, even if one has a similar name', async () => {
  const id = '\0virtual/dist/index.js';
  const alike: Plugin = {
    name: 'alike',
    resolveId: (specifier) => (specifier === 'alike' ? id : undefined),
    load: (found) => (found === id ? 'document.title = "Plain";' : undefined),
  };
  await write({ 'main.tsx': 'import "alike"; import "./dist/index.js";', 'dist/index.js': 'export {};' });
  const { html, warnings } = await make({}, { plugins: [alike] });
  expect(html).not.toContain(PRELOADED_ID);
  expect(warnings).toContain('Nothing in this build uses @nousviz/widget-runtime.');
});

test('preloads for an app that loads the library later', async () => {
  await write(LATER);
  const { html, chunks } = await make();
  const panels = chunks.find(({ code }) => code.includes('"data-panel":'))!;
  const entry = chunks.find(({ isEntry }) => isEntry)!.fileName;
  const files = [panels.fileName, ...panels.imports].filter((file) => file !== entry);
  expect(preloadsOf(html)).toEqual(expect.arrayContaining(files.map((file) => `/${file}`)));
});

/** A host API that answers every request with its URL. */
async function serveApi() {
  const server = createHttpServer((request, response) => response.end(`the API’s ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Serve = (options?: NousvizHostOptions, more?: UserConfig) => Promise<string>;

const serveDev: Serve = async (options, more) => {
  const target = await serveApi();
  const common = { host: '127.0.0.1', port: 0, proxy: { '/api': target, '/nous/api': target } };
  const server = await createServer(configure(options, { ...more, server: { ...common, ws: false } }));
  open.push(server);
  await server.listen();
  return `http://127.0.0.1:${(server.httpServer!.address() as AddressInfo).port}`;
};

const servePreview: Serve = async (options, more) => {
  const target = await serveApi();
  await build(configure(options, more));
  const common = { host: '127.0.0.1', port: 0, proxy: { '/api': target, '/nous/api': target } };
  const server = await preview(configure(options, { ...more, preview: common }));
  open.push(server);
  return `http://127.0.0.1:${(server.httpServer.address() as AddressInfo).port}`;
};

test.each([
  ['development', serveDev],
  ['a preview', servePreview],
])('serves the shims in %s and passes other requests to the API', async (_, serve) => {
  const origin = await serve({}, { base: '/sub/' });
  for (const shim of SHIMS) {
    const response = await fetch(`${origin}/api${shimPath(shim)}?v=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.text()).toBe(await readFile(join(root, 'shims', shim), 'utf8'));
  }
  const url = `${origin}/api/widget-runtime/react.js`;
  const { headers } = await fetch(url);
  const known = { 'If-None-Match': headers.get('etag')! };
  expect((await fetch(url, { headers: known })).status).toBe(304);
  expect(await (await fetch(url, { method: 'HEAD' })).text()).toBe('');
  for (const path of ['/api/plugins', '/api/widget-runtime/other.js', '/api/widget-runtime/'])
    expect(await (await fetch(origin + path)).text()).toBe(`the API’s ${path}`);
  expect(await (await fetch(url, { method: 'POST' })).text()).toBe('the API’s /api/widget-runtime/react.js');
});

test('serves the shims only below the API', async () => {
  const origin = await serveDev({ apiBase: '/nous/api' });
  const text = async (path: string) => (await fetch(origin + path)).text();
  expect(await text('/nous/api/widget-runtime/react.js')).toContain('export const {');
  expect(await text('/api/widget-runtime/react.js')).toContain('the API’s');
});

test.each([{ shims: false }, { apiBase: 'https://api.example/api' }])(
  'serves no shims in development: %o',
  async (options) => {
    const origin = await serveDev(options);
    const url = `${origin}/api/widget-runtime/react.js`;
    expect(await (await fetch(url)).text()).toBe('the API’s /api/widget-runtime/react.js');
  },
);

test('adds the same tags in development, after the page’s own script', async () => {
  const origin = await serveDev({ apiBase: '/nous/api' }, { html: { cspNonce: 'NONCE' } });
  const html = await (await fetch(`${origin}/`, { headers: { Accept: 'text/html' } })).text();
  expect(importMapOf(html.replaceAll(' nonce="NONCE"', ''))).toHaveProperty(['/api/widget-runtime/react.js']);
  const places = [
    '<script type="importmap"',
    '<script type="module"',
    `<script id="${PRELOADED_ID}"`,
    '<script type="module" src="./main.tsx"',
  ].map((text) => html.indexOf(text));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test.each(['api', '//api.example', './api', String.raw`/\api.example`, ''])(
  'rejects apiBase "%s"',
  (apiBase) => {
    expect(() => nousvizHost({ apiBase })).toThrow(`nousvizHost: apiBase: "${apiBase}" is neither`);
  },
);

test('rejects a route without a dashboard', async () => {
  await expect(make({ dashboards: { '/': 'sales' } })).rejects.toThrow(
    'nousvizHost: dashboards: "/": "sales"',
  );
});
