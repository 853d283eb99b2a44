// @vitest-environment node
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { readFindings } from './findings.ts';

test('finds API paths, with … for values that are inserted at run time', () => {
  const source = `
    import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
    const load = (id, n) => [fetch(\`/api/plugins/\${id}/items?limit=\${n}\`), fetch('/api/plugins/' + id + '/tickets'), fetch("/api/query"), fetch(\`/api/plugins/\${id}\${n}/rows\`)];
    // fetch('/api/in-a-comment')
    const no = ['/apis', 'api', '/x/api/y'];`;
  expect(readFindings(source).api_paths).toEqual([
    '/api/plugins/…/items',
    '/api/plugins/…/rows',
    '/api/plugins/…/tickets',
    '/api/query',
  ]);
});

test('finds other hosts in strings, but not in comments, namespaces or messages of React', () => {
  const source = `
    /*! https://licence.example.com */
    const a = 'https://evil.example.com:8443/x?y', b = \`wss://\${host}/live\`, c = '//cdn.example.org/lib.js';
    const d = 'http://user:secret@inner.example.net/', e = "http://www.w3.org/2000/svg", f = 'https://react.dev/errors/31';
    const g = 'see https://docs.example.com/a and http://127.0.0.1:3000', h = '// a line', i = '/a//b';`;
  expect(readFindings(source).hosts).toEqual([
    '127.0.0.1:3000',
    'cdn.example.org',
    'docs.example.com',
    'evil.example.com:8443',
    'inner.example.net',
    '…',
  ]);
});

test('finds helpers from the global, a pattern or the prop', () => {
  const source = `
    const { formatBytes: size, cn: join } = window.NousViz.widgets;
    export default ({ host }) => host.apiFetch('/api/x').then(() => NousViz.widgets.formatNumber(1));
    const other = { cn: 1 }; other.cn;`;
  expect(readFindings(source).helpers).toEqual(['apiFetch', 'cn', 'formatBytes', 'formatNumber']);
});

test('finds uses of browser features, but not properties of the same name', () => {
  const source = `
    localStorage.getItem('x'); window.fetch('y'); document.cookie = 'z'; navigator.sendBeacon('w');
    new Function('return 1')(); eval('1'); location.href = '/'; self.indexedDB; new WebSocket(u); top.location = u; const n = "a" + fetch("q") + "b";
    const plain = { fetch() {}, localStorage: 1, cookie: 2 }; plain.localStorage; plain.open(); tree.cookie;`;
  expect(readFindings(source).reaches).toEqual([
    'Function',
    'WebSocket',
    'document.cookie',
    'eval',
    'fetch',
    'indexedDB',
    'localStorage',
    'location',
    'location.href',
    'navigator.sendBeacon',
  ]);
});

test('finds imports of every kind', () => {
  const source = `import a from '/api/widget-runtime/react.js'; export * from './b.js'; export { c } from './c.js';
    import('./d.js'); import(\`./\${e}.js\`); import(f);`;
  expect(readFindings(source).imports).toEqual([
    './b.js',
    './c.js',
    './d.js',
    './….js',
    '/api/widget-runtime/react.js',
    '…',
  ]);
});

test('finds the same in a minified bundle', async () => {
  const source = `
    const { apiFetch } = (window as any).NousViz.widgets;
    export default function Chart({ pluginId }: any) {
      apiFetch(\`/api/plugins/\${pluginId}/rows\`);
      localStorage.setItem('seen', 'https://stats.example.com/' + pluginId);
      return null;
    }`;
  const { outputFiles } = await build({
    stdin: { contents: source, loader: 'tsx' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2020',
    write: false,
  });
  expect(readFindings(outputFiles[0]!.text)).toEqual({
    api_paths: ['/api/plugins/…/rows'],
    hosts: ['stats.example.com'],
    helpers: ['apiFetch'],
    reaches: ['localStorage'],
    imports: [],
  });
});

test.each([
  ['a file that is not a module', '<!doctype html><a href="/api/plugins/x">'],
  ['a file cut short', 'const a = "/api/plugins/x"; function ('],
  ['brackets without end', `f("/api/plugins/x");${'['.repeat(200_000)}`],
])('finds API paths in %s', (_, source) => {
  expect(readFindings(source).api_paths).toEqual(['/api/plugins/x']);
});

test('searches a bundle that is too long to parse with patterns', () => {
  const source = `// it's "/api/in/a/comment"
    import a from 'x'; import('./y.js'); fetch("https:\\/\\/evil.example/z"); const { apiFetch } = host;
    apiFetch(\`/api/plugins/x/rows\`); localStorage.a = 1;`;
  expect(readFindings(source + '({ a: 1 });'.repeat(300_000))).toEqual({
    api_paths: ['/api/in/a/comment', '/api/plugins/x/rows'],
    hosts: ['evil.example'],
    helpers: ['apiFetch'],
    reaches: ['fetch', 'localStorage'],
    imports: ['./y.js', 'x'],
  });
});

test.each([
  ['quotes', '"'.repeat(5e6)],
  ['strings without end', '"a'.repeat(3e6)],
  ['imports without end', "import('x".repeat(6e5)],
  ['addresses', 'x="https://a.'.repeat(4e5)],
  ['dots', `x="https://${'a.'.repeat(2e6)}!"`],
])('reads 5 MB of %s in bounded work', { timeout: 30_000 }, (_, source) => {
  for (const found of Object.values(readFindings(source))) expect(found.length).toBeLessThanOrEqual(101);
});

test('limits the findings of a hostile bundle', () => {
  const many = Array.from({ length: 5000 }, (_, index) => `'/api/${index}/${'x'.repeat(300)}'`).join('+y+');
  const found = readFindings(`const y = 1; const z = [${many}];${' a + b * c < d;'.repeat(50_000)}`);
  expect(found.api_paths.length).toBeLessThanOrEqual(101);
  expect(Math.max(...found.api_paths.map(({ length }) => length))).toBeLessThanOrEqual(201);
  const apart = Array.from({ length: 5000 }, (_, index) => `f('/api/${index}');`).join('');
  expect(readFindings(apart).api_paths.at(-1)).toBe('… and 4900 more');
  expect(readFindings(apart).api_paths).toHaveLength(101);
});

test.each([
  ['its key in the storage', 'export const a = localStorage.getItem("nousviz_auth_token");'],
  ['its header', 'export const a = { headers: { "x-session-token": b } };'],
  ['a key that is put together', 'export const a = localStorage.getItem("nousviz_" + "auth_token");'],
  ['code that cannot be parsed', 'const = localStorage.getItem("nousviz_auth_token")'],
])('finds the session token by %s', (_, source) => {
  expect(readFindings(source).reaches).toContain('session token');
});

test.each([
  ['localStorage', 'window["local" + "Storage"].clear()'],
  ['fetch', 'globalThis[`fetch`]("/x")'],
  ['window[…]', 'window[name]("/x")'],
  ['globalThis[…]', 'globalThis["e" + rest]("1")'],
])('finds %s behind a computed name', (name, source) => {
  expect(readFindings(source).reaches).toEqual([name]);
});

test('takes no member of a variable for one of the window', () => {
  expect(readFindings('parent[key]; top[0]; self[index]; list[window.length];').reaches).toEqual([]);
});
