// @vitest-environment node
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { findingPlaces, readFindings } from './findings.ts';

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

test.each(['author-filter', 'design-tokens', 'tokenizer', 'my-plugin:columns'])(
  'takes the key %s of a storage for no token',
  (key) => {
    expect(readFindings(`localStorage.getItem("${key}"); localStorage["${key}"]`).reaches).toEqual([
      'localStorage',
    ]);
  },
);

test('reads a string in a sum with the whole of it, also in back quotes', () => {
  // Some minifiers write every string so.
  for (const quote of ['"', '`'])
    expect(
      readFindings(`f(${quote}/api/plugins/${quote} + id + ${quote}/rows${quote})`).api_paths,
      quote,
    ).toEqual(['/api/plugins/…/rows']);
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

/** Spellings of one use, by what is found. */
const SPELLINGS: Record<string, string[]> = {
  localStorage: [
    'window["local" + "Storage"].clear()',
    'const w = window; w.localStorage.clear()',
    'let w; w = globalThis; const { localStorage: s } = w; s.clear()',
    'const { ["local" + "Storage"]: s } = self; s.clear()',
    'const name = "localStorage"; (0, window)[name].clear()',
    'document.defaultView.localStorage.clear()',
    'Reflect.get(window, "localStorage").clear()',
    'Object.getOwnPropertyDescriptor(window, "localStorage").get.call(window)',
    '(function (w) { w.localStorage.clear() })(window)',
    'const o = { w: window }; o.w.localStorage.clear()',
    'class A { w = window; go() { this.w.localStorage.clear() } }',
    'const get = () => window; get().localStorage.clear()',
    '[window][0].localStorage.clear()',
    '[window].forEach((w) => w.localStorage.clear())',
    'Promise.resolve(window).then((w) => w.localStorage.clear())',
    'const w = typeof self === "object" ? self : window; w?.localStorage?.clear()',
    'import { useRef } from "/api/widget-runtime/react.js"; const r = useRef(window); r.current.localStorage',
    'frame.contentWindow.localStorage',
  ],
  fetch: [
    'globalThis[`fetch`]("/x")',
    'const f = fetch; f("/x")',
    'const { fetch: f } = parent; f("/x")',
    'send(fetch)',
    'window.fetch.call(window, "/x")',
  ],
  'window[…]': [
    'window[name]("/x")',
    'globalThis["e" + rest]("1")',
    'Reflect.get(window, name)',
    'const w = window; w[name]',
    'const { [name]: f } = window; f("/x")',
    'const { a, ...rest } = window; use(rest)',
    'document.defaultView[name]',
    'element.ownerDocument.defaultView[name]',
    '(0, window)[name]',
    'self[name]',
    'parent[name]',
    'top[name]',
    'frames[name]',
    'window.self.top[name]',
    'const w = [window]; w[0][name]',
    'const w = []; w.x = window; w.x[name]',
    'for (const w of [window]) w[name]',
    'let w = other; w ||= window; w[name]',
    'let name = "local"; name += "Storage"; window[name]',
    'function f(w = window) { w[name] }',
    'function f(e) { const w = e.w; w[name] } f({ w: window })',
    'Object.entries(window).forEach(use)',
    'use({ ...window })',
    'for (const key in window) use(window[key])',
    'window[["local", "Storage"].join("")]',
    'window[atob("ZmV0Y2g=")]("/x")',
    'new Proxy(window, {})[name]',
    '(await Promise.resolve(window))[name]',
    'import { jsx } from "/api/widget-runtime/react-jsx-runtime.js"; const C = ({ w }) => w[name]; jsx(C, { w: window })',
  ],
  'localStorage[*]': [
    'Object.keys(localStorage)',
    'Object.entries(localStorage).map(f)',
    'Object.values(window.localStorage)',
    'Object.getOwnPropertyNames(localStorage)',
    'Reflect.ownKeys(localStorage)',
    'f({ ...localStorage })',
    'Object.assign({}, localStorage)',
    'for (const key in localStorage) f(localStorage[key])',
    'JSON.stringify(localStorage)',
    'localStorage.key(0)',
    'const s = window["local" + "Storage"]; for (let i = 0; i < s.length; i++) f(s.key(i))',
    'const { key } = localStorage; key.call(localStorage, 0)',
    'structuredClone(localStorage)',
  ],
  'new fetch': [
    'window.fetch = mine',
    'fetch = mine',
    'const w = globalThis; w["fe" + "tch"] = mine',
    'Object.assign(window, { fetch: mine })',
    'Object.defineProperty(window, "fetch", { value: mine })',
    'Reflect.set(self, "fetch", mine)',
    'Object.defineProperties(window, { fetch: { value: mine } })',
  ],
  'XMLHttpRequest.prototype': [
    'XMLHttpRequest.prototype.send = mine',
    'window.XMLHttpRequest.prototype.open = mine',
    'Object.defineProperty(XMLHttpRequest.prototype, "send", { value: mine })',
    'const p = XMLHttpRequest.prototype; p.send = mine',
    'Object.assign(window.XMLHttpRequest.prototype, { send: mine })',
  ],
  'new NousViz': ['window.NousViz = mine'],
  'Storage.prototype': ['Storage.prototype.getItem = mine'],
  'Response.prototype': ['Response.prototype.json = mine'],
  'EventTarget.prototype': ['EventTarget.prototype.addEventListener = mine'],
  'every key press': [
    'document.addEventListener("keydown", log)',
    'window.document.body.addEventListener("input", log, true)',
    'window.onkeydown = log',
    'addEventListener.call(window); globalThis.addEventListener("key" + "press", log)',
  ],
  'session token': [
    'localStorage.getItem("acme_session_token")',
    'const s = window.sessionStorage; s.getItem("jwt")',
    'localStorage.acme_token',
    'const s = localStorage; s["authToken"]',
    'sessionStorage.getItem("my.auth")',
  ],
  'sessionStorage[*]': ['JSON.stringify({ ...sessionStorage })'],
  'localStorage[…]': [
    'localStorage[name]',
    'localStorage.getItem(name)',
    'localStorage.getItem(atob("eA=="))',
    'localStorage.getItem(`nousviz_${name}`)',
  ],
  'click()': [
    'const a = document.createElement("a"); a.href = address; a.click()',
    'const link = ref.current; link.href = `https://${host}/?t=${token}`; link.click()',
    'ref.current.href = address; ref.current.click()',
    'const a = document.createElement("a"); a["hr" + "ef"] = address; a.dispatchEvent(new MouseEvent("click"))',
  ],
  'document[…]': ['document[name]', 'const { document: d } = window; d[name]', 'Reflect.get(document, name)'],
  'navigator[…]': ['navigator[name]()', 'const n = window.navigator; n[name]()'],
  'navigator.sendBeacon': [
    'const { sendBeacon } = navigator; sendBeacon.call(navigator, "/x")',
    'const n = navigator; n["send" + "Beacon"]("/x")',
    'navigator.sendBeacon.bind(navigator)',
  ],
  'document.cookie': [
    'const d = document; d.cookie',
    'const { cookie } = document',
    'window.document["cookie"]',
  ],
  'document.write': ['document.write("<p>")', 'const d = document; d["wri" + "te"]("<p>")'],
  eval: ['(0, eval)("1")', 'const e = eval; e("1")', 'window.eval("1")', '[eval][0]("1")'],
  Function: [
    '(() => {}).constructor("1")()',
    'new (async () => {}).constructor("1")',
    'Object.getPrototypeOf(async function () {}).constructor("1")',
    '[].constructor.constructor("1")',
    '"".constructor.constructor("1")',
    '[].map.constructor("1")',
    'const F = (() => {})["const" + "ructor"]; F("1")',
    'const F = Function; new F("1")',
    'Reflect.construct(Function, ["1"])',
    'something.constructor("1")',
    'parseInt.constructor("1")',
  ],
  'setTimeout("…")': ['setTimeout("a()", 1)', 'window.setTimeout("a(" + b + ")", 1)'],
  'createElement("script")': [
    'document.createElement("script")',
    'const d = document; d.createElement("scr" + "ipt")',
  ],
  'setAttribute("on…")': ['element.setAttribute("onclick", code)'],
  'javascript:': ['element.setAttribute("href", "javascript:a()")'],
  src: [
    'element.innerHTML = `<img src=${address}>`',
    'element.innerHTML = "<img class=a src=\'" + address + "\'>"',
    'element.insertAdjacentHTML("beforeend", `<iframe src="https://${host}/x"></iframe>`)',
    'new Image().src = address',
    'element.src = address',
    'element["s" + "rc"] = address',
    'element.setAttribute("src", address)',
    'Object.assign(element, { src: address })',
    'Reflect.set(element, "src", address)',
    'new Image().src = `//${host}/x`',
    'import { jsx } from "/api/widget-runtime/react-jsx-runtime.js"; jsx("img", { src: address })',
  ],
  addModule: ['context.audioWorklet.addModule(address)'],
  href: ['const a = document.createElement("link"); a.href = address'],
  'url(…)': [
    'element.style.backgroundImage = `url(${address})`',
    'sheet.insertRule("a { background: url(\'" + address + "\') }")',
    'element.style.setProperty("background", "url(https://" + host + "/x)")',
  ],
  location: ['location = address', 'window.location = address', 'const w = window; w.location = address'],
  'location.href': ['location.href = address', 'const l = document.location; l.href = address'],
  'location.assign': ['const { location: l } = window; l.assign(address)'],
  'location[…]': ['location[name](address)', 'location[name] = address'],
  open: ['open(address)', 'const { open: o } = window; o(address)'],
};

test.each(Object.entries(SPELLINGS).flatMap(([name, codes]) => codes.map((code) => [name, code])))(
  'finds %s in %s',
  (name, code) => {
    expect(readFindings(code).reaches).toContain(name);
  },
);

test.each([
  'function f(parent, key) { parent[key] } f({}, "a")',
  'const caches = new Map(); caches.get(1); const open = () => {}; open()',
  'for (let index = 0; index < frames.length; index += 1) use(window.frames[index])',
  'const style = document.defaultView && element.style; style[name]',
  'list[window.length]; top[0]; frames.length',
  'window[Symbol.for("a")]; const s = Symbol(); globalThis[s] = 1',
  'window["__REACT_" + name]; window[`webkit${name}`]',
  'theme.addModule("toolbar")',
  'typeof window[name]; typeof fetch; a instanceof Function; delete window[name]',
  'const w = { a: 1 }; w[name]; this.window[name]',
  'EventTarget.prototype.addEventListener.call(element, "click", f); Request.prototype.hasOwnProperty("duplex")',
  'const fetch = mine; this.fetch = mine; client.fetch = mine; Client.prototype.send = mine; mine.prototype.fetch = f',
  'element.addEventListener("keydown", f); element.ownerDocument.addEventListener("keydown", f); document.addEventListener("click", f)',
  'location.href; location.hash = "#a"; location[name]; new URL(location.href).searchParams',
  'element.src = "data:image/png,x"; element.src = URL.createObjectURL(blob); element.src = canvas.toDataURL()',
  'element.src = `/api/widget-runtime/${name}.png`; element.src = ""; this.src = address',
  'setTimeout(() => {}, 1); setTimeout(f, 1)',
  'function f(other) { new this.constructor(other); new other.constructor(1); other.constructor === Object }',
  'const el = document.createElement("div"); el.href = address',
  'window.addEventListener("resize", f); window.matchMedia(query)[name]',
  'function f(e) { return e.innerWidth } f(window).width; f({ a: 1 })[name]',
  '`url(#${id})`',
])('finds no reach in %s', (code) => {
  expect(readFindings(code).reaches).toEqual([]);
});

test.each([
  'localStorage.getItem("theme"); localStorage.setItem(name, value); localStorage.length',
  'localStorage.getItem(`app:${name}`); localStorage["app:" + name]',
  'f({ ...other }); Object.keys(other); JSON.stringify(other); other.key(1)',
])('finds no more than the storage in %s', (code) => {
  for (const name of readFindings(code).reaches) expect(name).toBe('localStorage');
});

test.each([
  'const a = document.createElement("a"); a.href = URL.createObjectURL(blob); a.download = "x.csv"; a.click()',
  'const a = document.createElement("a"); a.href = address; button.click()',
  'element.innerHTML = `<a href=${address}>x</a>`',
  'element.innerHTML = `<div class=${name}>`; f("<b>…")',
])('finds no navigation and no address in %s', (code) => {
  expect(readFindings(code).reaches).toEqual([]);
});

test('finds the hosts of addresses in HTML', () => {
  expect(readFindings('e.innerHTML = "<img src=https://evil.example/x>"').hosts).toEqual(['evil.example']);
});

/** Calls that make a function one for values of all kinds. */
const often = (name: string) => `${name}({}, "a"); `.repeat(9);

test.each([
  ['window[…]', 'function get(o, k) { return o[k] }', 'get', 'get(window, name)'],
  ['fetch', 'const get = (o, k) => o[k];', 'get', 'get(window, "fetch")("/x")'],
  [
    'localStorage',
    'function get(o, k) { const w = o; return w[k]; }',
    'get',
    'get(window, "local" + "Storage").clear()',
  ],
  ['window[…]', 'function get({ ...rest }) { return rest }', 'get', 'get(window)'],
  ['document.cookie', 'const read = ({ cookie }) => cookie;', 'read', 'read(document)'],
  ['localStorage[*]', 'const same = (o) => o;', 'same', 'Object.keys(same(localStorage))'],
  ['document.cookie', 'const same = (o = {}) => { return o };', 'same', 'same(window).document.cookie'],
  ['window[…]', 'function get(o, k) { return o[k] }', 'get', 'get.call(null, window, name)'],
])('finds %s in a function that is called often: %s', (name, code, called, use) => {
  expect(readFindings(`${code} ${often(called)}`).reaches).toEqual([]);
  expect(readFindings(`${code} ${often(called)} ${use}`).reaches).toContain(name);
});

test('follows what a function that is called often returns to the call that gave it alone', () => {
  const code = `const same = (o) => o; ${often('same')} same(window).a; same(other)[name]; function get(o, k) { return o[k] } ${often('get')} get(window, "innerWidth"); get(other, name)`;
  expect(readFindings(code).reaches).toEqual([]);
});

test('reads an address that is put together of constants', () => {
  const { hosts, imports, api_paths } = readFindings(
    'const name = "evil"; const base = "https://" + name + ".example"; f(base + "/x"); f("//" + "cdn.example.org/x"); f(`url(//style.example/x)`); import(base + "/y.js"); f("/api/" + "users")',
  );
  expect([hosts, imports, api_paths]).toEqual([
    ['cdn.example.org', 'evil.example', 'style.example'],
    ['https://evil.example/y.js'],
    ['/api/users'],
  ]);
});

test('finds the session token by constants that are apart', () => {
  const code = 'const a = "nousviz_auth"; const b = "_token"; localStorage.getItem(a + b)';
  expect(readFindings(code).reaches).toContain('session token');
});

test.each([
  [
    'aliases',
    `let w0 = window;${Array.from({ length: 20_000 }, (_, n) => `let w${n + 1} = w${n};`).join('')}w20000[name]`,
  ],
  [
    'aliases backwards',
    `${Array.from({ length: 5000 }, (_, n) => `w${n} = w${n + 1};`).join('')}let ${Array.from({ length: 5001 }, (_, n) => `w${n}`).join()};w5000 = window;w0[name]`,
  ],
  [
    'values of one variable',
    `let w;${Array.from({ length: 5000 }, (_, n) => `w = "${n}"; w = () => ${n};`).join('')}w = window; w[name]`,
  ],
  ['members', `a${'.b'.repeat(50_000)}; window[name]`],
  ['calls', `a${'.b()'.repeat(5000)}; window[name]`],
  ['conditions', `(a${' ? b : a'.repeat(900)}); window[name]`],
])('follows %s in bounded work', { timeout: 60_000 }, (_, code) => {
  expect(readFindings(code).reaches).toContain('window[…]');
});

test('names the places of the findings, also where the code has other names for them', () => {
  const code = 'const w = window;\nw[name]("https://a.example/x");\nconst { cookie } = document;';
  const places = findingPlaces(code)!
    .toSorted((one, other) => one.from - other.from)
    .map(({ name, from, to }) => [name, code.slice(from, to)]);
  expect(places).toEqual([
    ['window[…]', 'w[name]'],
    ['a.example', '"https://a.example/x"'],
    ['document.cookie', 'cookie'],
  ]);
  expect(findingPlaces('not ( code')).toBeUndefined();
});
