import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { parseModule } from '../bundle/parsed.ts';
import { FRAME_LIMITS, type FrameLimit } from './frame-limits.ts';
import { readFrameUses } from './frame-uses.ts';

const END = '\nfunction W() {}\nexport { W as default };\n';
const usesIn = (code: string) =>
  readFrameUses(code + END, 'sales').map(({ limit, name }) => `${limit} ${name}`);

/** Code that uses what a frame lacks, with the names that are found, and similar code that uses nothing of it. */
const CASES: Record<FrameLimit, { uses: [code: string, ...names: string[]][]; harmless: string[] }> = {
  storage: {
    uses: [
      ['localStorage.setItem("a", "b")', 'localStorage'],
      ['window.sessionStorage?.getItem("a")', 'sessionStorage'],
      ['typeof localStorage < "u"', 'localStorage'],
      ['globalThis["indexedDB"].open("a")', 'indexedDB'],
      ['const { localStorage: store } = window; store.a', 'localStorage'],
      ['document.cookie = "a=b"', 'document.cookie'],
      ['document.defaultView.caches.open("a")', 'caches'],
      ['cookieStore.get("a")', 'cookieStore'],
    ],
    harmless: [
      'const localStorage = {}; localStorage.a',
      'tree.cookie; props.caches',
      'const { caches } = props; caches.a',
      'const a = { localStorage: 1 }',
    ],
  },
  network: {
    uses: [
      ['fetch("https://a.example/b")', 'fetch'],
      ['window.fetch("/b")', 'fetch'],
      ['new WebSocket(a)', 'WebSocket'],
      ['new window.EventSource(a)', 'EventSource'],
      ['new XMLHttpRequest()', 'XMLHttpRequest'],
      ['navigator.sendBeacon(a)', 'navigator.sendBeacon'],
    ],
    harmless: [
      'host.fetch(a)',
      'function f(fetch) { fetch() }',
      'typeof WebSocket',
      'apiFetch(`/api/plugins/${a}/b`)',
    ],
  },
  routes: {
    uses: [
      ['apiFetch("/api/query")', '/api/query'],
      ['apiFetch(`/api/query/${a}`)', '/api/query/…'],
      ['apiFetch(`/api/plugins/other/${a}`)', '/api/plugins/other/…'],
      ['apiFetch("/api/plugins/other/items?a=1")', '/api/plugins/other/items'],
      ['apiFetch(`/api/plugins/${a}/settings/${b}`)', '/api/plugins/…/settings/…'],
      ['apiFetch("/api/plugins/" + a + "/trust-frontend")', '/api/plugins/…/trust-frontend'],
    ],
    harmless: [
      'apiFetch(`/api/plugins/${a}/items/${b}`)',
      'apiFetch("/api/plugins/" + a + "/items")',
      'apiFetch("/api/plugins/sales/items")',
      'apiFetch(`/api/plugins/${a}${b}`)',
      'apiFetch(`/api/plugins/${a}/${b}`)',
      'apiFetch(`/api/${a}/items`)',
      'import { useState } from "/api/widget-runtime/react.js"; useState',
    ],
  },
  media: {
    uses: [
      ['jsx("img", { src: "https://a.example/b.png" })', 'src="https://a.example/b.png"'],
      ['jsx("img", { src: `/api/plugins/${a}/logo.png` })', 'src="/api/plugins/…/logo.png"'],
      ['image.src = "//a.example/b.png"', 'src = //a.example/b.png'],
      ['const css = "@font-face { src: url(https://a.example/b.woff2) }"', 'https://a.example/b.woff2'],
      ['const css = "@import \'https://a.example/b.css\'"', 'https://a.example/b.css'],
      ['({ backgroundImage: "url(\'/b.png\')" })', '/b.png'],
    ],
    harmless: [
      'jsx("img", { src: "data:image/png;base64,AA" })',
      'jsx("img", { src: a })',
      'const css = "a { fill: url(#b) }"',
    ],
  },
  workers: {
    uses: [
      ['new SharedWorker(a)', 'SharedWorker'],
      ['navigator.serviceWorker.register(a)', 'navigator.serviceWorker'],
    ],
    harmless: ['new Worker(a)', 'class SharedWorker {} new SharedWorker()', 'new job.SharedWorker()'],
  },
  code: {
    uses: [
      ['new Function("return 1")', 'Function()'],
      ['eval("1")', 'eval()'],
    ],
    harmless: ['a instanceof Function', 'model.eval(a)', 'WebAssembly.instantiate(a)'],
  },
  frames: {
    uses: [
      ['jsx("iframe", { title: "a" })', '<iframe>'],
      ['document.createElement("embed")', '<embed>'],
    ],
    harmless: ['jsx("div", {})', 'const a = "iframe"'],
  },
  page: {
    uses: [
      ['window.parent.document.body', 'parent.document'],
      ['top.postMessage(a)', 'top.postMessage'],
      ['new BroadcastChannel("a")', 'BroadcastChannel'],
    ],
    harmless: [
      'window.top === window.self',
      'function f(parent) { parent.document }',
      'const { top } = box; top.a',
    ],
  },
  navigation: {
    uses: [
      ['location = a', 'location ='],
      ['window.location.href = a', 'location.href ='],
      ['document.location.assign(a)', 'location.assign'],
      ['location.reload()', 'location.reload'],
      ['jsx("a", { href: "https://a.example/" })', 'href="https://a.example/"'],
    ],
    harmless: [
      'location.href',
      'router.location = a',
      'jsx("a", { href: "#b" })',
      'const location = useLocation(); location.reload()',
    ],
  },
  popups: {
    uses: [
      ['window.open(a)', 'open()'],
      ['open(a)', 'open()'],
      ['jsx("a", { target: "_blank" })', 'target="_blank"'],
      ['link.target = "_top"', 'target = _top'],
    ],
    harmless: [
      'dialog.open()',
      'const [open, setOpen] = useState(0); open()',
      'jsx("div", { open, target: "a" })',
      'event.target',
    ],
  },
  dialogs: {
    uses: [
      ['alert("a")', 'alert()'],
      ['window.confirm("a")', 'confirm()'],
      ['window.showOpenFilePicker()', 'showOpenFilePicker'],
    ],
    harmless: ['toast.alert("a")', 'function f({ confirm }) { confirm() }', 'jsx(A, { alert: 1 })'],
  },
  forms: {
    uses: [
      ['jsx("form", { action: "https://a.example/" })', 'action="https://a.example/"'],
      ['form.action = "https://a.example/"', 'action = https://a.example/'],
    ],
    harmless: ['jsx("form", { onSubmit })', 'reducer({ action: "add" })'],
  },
  downloads: {
    uses: [
      ['jsx("a", { href: a, download: "b.csv" })', 'download'],
      ['link.download = "b.csv"', 'download'],
    ],
    harmless: ['const texts = { download: "Download" }', 'jsx("a", { href: a })'],
  },
  screen: {
    uses: [['element.requestFullscreen()', 'requestFullscreen()']],
    harmless: ['document.fullscreenElement'],
  },
  devices: {
    uses: [
      ['navigator.clipboard.writeText(a)', 'navigator.clipboard'],
      ['const { geolocation } = navigator', 'navigator.geolocation'],
      ['new EyeDropper().open()', 'EyeDropper'],
    ],
    harmless: ['navigator.language', 'props.clipboard'],
  },
};

test('has cases for every limit', () => {
  expect(Object.keys(CASES)).toEqual(Object.keys(FRAME_LIMITS));
});

const rows = Object.entries(CASES);
test.each(rows.flatMap(([limit, { uses }]) => uses.map(([code, ...names]) => ({ limit, code, names }))))(
  'finds $code',
  ({ limit, code, names }) => {
    expect(usesIn(code)).toEqual(expect.arrayContaining(names.map((name) => `${limit} ${name}`)));
  },
);

test.each(rows.flatMap(([limit, { harmless }]) => harmless.map((code) => ({ limit, code }))))(
  'finds nothing in $code',
  ({ limit, code }) => {
    expect(() => parseModule(code + END)).not.toThrow();
    expect(usesIn(code).filter((one) => one.startsWith(`${limit} `))).toEqual([]);
  },
);

test('finds the same in a minified bundle, each name once and at its first place', async () => {
  const contents = `import { useEffect } from 'react';
export default function Chart({ pluginId, open }: any) {
  useEffect(() => { localStorage.a = 1; localStorage.b = 2; window.open('a'); open(); fetch('/api/plugins/' + pluginId + '/rows'); }, []);
  return <object><a href="x.csv" download>a</a></object>;
}`;
  const { outputFiles } = await build({
    stdin: { contents, loader: 'tsx' },
    bundle: true,
    minify: true,
    format: 'esm',
    jsx: 'automatic',
    external: ['react', 'react/jsx-runtime'],
    write: false,
  });
  const text = outputFiles[0]!.text;
  const found = readFrameUses(text, 'sales');
  expect(found.map(({ name }) => name)).toEqual(['localStorage', 'open()', 'fetch', '<object>', 'download']);
  for (const { line, column, name } of found) {
    const [word = ''] = /\w+/.exec(name)!;
    expect(text.split('\n')[line - 1]!.slice(column - 1), name).toMatch(
      word === 'object' ? /^\w+\("object"/ : word === 'download' ? /^!0/ : new RegExp(`^(window\\.)?${word}`),
    );
  }
});

test.each(['<!doctype html>', 'function (', '('.repeat(1e5)])(
  'finds nothing in a file that is not a module',
  (text) => {
    expect(readFrameUses(text, 'sales')).toEqual([]);
  },
);
