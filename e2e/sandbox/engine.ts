import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test, vi } from 'vitest';
import { builtInPlugins, hostFolder, root } from '../../fixtures/host/build.js';
import { installPlugin } from '../plugin-files.ts';
import type { Tab } from './vector.ts';

/** A tab of a browser that Playwright cannot control. */
export interface FrameTab extends Pick<Tab, 'open' | 'call' | 'callIn'> {
  /** Presses a button of the page. */
  press(label: string): Promise<void>;
  close(): Promise<void>;
}

const WIDGET = `
import { useState } from '/api/widget-runtime/react.js';
import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default function Chart({ host }) {
  const [text, setText] = useState('Ask');
  const ask = async () => {
    const own = await host.apiFetch('/api/plugins/sly/items');
    const foreign = await host.apiFetch('/api/plugins').catch((error) => error.code);
    setText([await own.text(), own.status, foreign].join(' '));
  };
  return jsx('button', { style: { display: 'block', height: 123 }, onClick: ask, children: text });
}`;

const FILES = {
  'Chart.js': WIDGET,
  'mock/items.json': '{ "GET /items": { "body": [1, 2] } }',
  'dashboards/main.yaml': 'panels: [{ type: custom, component: Chart }]\n',
};

/** A widget with a library for React, the router of the demo. */
const PAGES = `
import { Link, Route, Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
const { hook } = memoryLocation({ path: '/' });
export default function Pages() {
  return (
    <Router hook={hook}>
      <Route path="/">The first page</Route>
      <Route path="/second">The second page</Route>
      <Link href="/second" asChild><button>Turn</button></Link>
    </Router>
  );
}`;

/** Widgets of the demo's plugins, and one with a library: what each shows, and what it shows when its first button was pressed. */
const WIDGETS: readonly { name: string; shows: RegExp; after?: RegExp }[] = [
  { name: 'react-probe/Probe', shows: /One React on this page/ },
  { name: 'service-desk/TicketQueue', shows: /Payroll export stops at row 5,000/ },
  { name: 'service-desk/AttachmentStorage', shows: /files · / },
  { name: 'service-desk/Tally', shows: /Walk-ins0/, after: /Walk-ins1/ },
  { name: 'crash-lab/Counter', shows: /counter0/, after: /counter1/ },
  { name: 'tour/Pages', shows: /The first page/, after: /The second page/ },
  { name: 'palette/Palette', shows: /half of/ },
];

const pluginOf = ({ name }: { name: string }) => name.split('/')[0]!;

/** Bundles a widget with its library, as the guide for authors says. */
async function bundleWidget(contents: string): Promise<string> {
  const { nousvizWidgets } = await import('@nousviz/widget-runtime/esbuild');
  const { outputFiles } = await build({
    stdin: { contents, loader: 'jsx', resolveDir: root },
    write: false,
    outfile: 'Widget.js',
    plugins: [nousvizWidgets()],
  });
  return outputFiles![0]!.text;
}

const WAIT = { timeout: 30_000, interval: 200 };

/** Serves a demo host, and opens a tab for a function. */
async function visit(
  react: 18 | 19,
  openTab: () => Promise<FrameTab>,
  install: (plugins: string) => Promise<void>,
  look: (tab: FrameTab, url: string) => Promise<void>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'nousviz-sandbox-'));
  const plugins = join(folder, 'plugins');
  await install(plugins);
  const { serveHost } = await import('#dev');
  const demo = await serveHost({ plugins, data: join(folder, 'data'), app: hostFolder({ react }) });
  const tab = await openTab();
  try {
    await look(tab, demo.url);
  } finally {
    await tab.close();
    await demo.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Writes a plugin whose dashboard has all the widgets, beside their own plugins. */
async function installTour(plugins: string) {
  for (const id of new Set(WIDGETS.map(pluginOf)))
    if (id !== 'tour') await cp(join(builtInPlugins, id), join(plugins, id), { recursive: true });
  const panels = WIDGETS.map(({ name }, index) => {
    const layout = `{ x: ${(index % 4) * 3}, y: ${Math.floor(index / 4) * 2}, w: 3, h: 2 }`;
    return `  - { type: custom, component: ${name}, layout: ${layout} }\n`;
  });
  await installPlugin(plugins, 'tour', {
    'Pages.js': await bundleWidget(PAGES),
    'dashboards/main.yaml': `panels:\n${panels.join('')}`,
  });
}

/** Waits until each widget of the tour shows what it should. */
async function tryWidgets(tab: FrameTab, url: string) {
  for (const id of new Set(WIDGETS.map(pluginOf))) {
    const decision = new URL(`/api/plugins/${id}/sandbox-frontend`, url);
    expect((await fetch(decision, { method: 'POST' })).status).toBe(200);
  }
  await tab.open(new URL('/plugin/tour/main', url).href);
  for (const { name, shows, after } of WIDGETS) {
    const textIn = () => tab.callIn(name, () => document.getElementById('nousviz-root')?.textContent ?? '');
    await vi.waitFor(async () => expect(await textIn(), name).toMatch(shows), WAIT);
    if (!after) continue;
    await tab.callIn(name, () => document.querySelector('button')!.click());
    await vi.waitFor(async () => expect(await textIn(), name).toMatch(after), WAIT);
  }
}

/** Tries what a widget of `sly` can do and cannot do. */
async function tryRoutes(tab: FrameTab, url: string) {
  const inFrame = <Result>(run: () => Result) => tab.callIn('sly/Chart', run);
  await tab.open(new URL('/plugin/sly/main', url).href);
  await tab.press('Run sandboxed');
  const textOf = () => inFrame(() => document.querySelector('button')?.textContent ?? '');
  await vi.waitFor(async () => expect(await textOf()).toBe('Ask'), WAIT);
  await inFrame(() => document.querySelector('button')!.click());
  await vi.waitFor(async () => expect(await textOf()).toBe('[1,2] 200 ROUTE_REFUSED'), WAIT);
  const heightOf = () => tab.call(() => document.querySelector('iframe')?.clientHeight ?? 0);
  await vi.waitFor(async () => expect(await heightOf()).toBe(123), WAIT);
  const found = await inFrame(() => {
    const tried = (run: () => unknown) => {
      try {
        return String(run());
      } catch (error) {
        return (error as Error).name;
      }
    };
    return [
      tried(() => parent.document.title),
      tried(() => localStorage.length),
      tried(() => Reflect.get(globalThis, 'RTCPeerConnection')),
    ];
  });
  expect(found).toEqual(['SecurityError', 'SecurityError', 'undefined']);
  await inFrame(() => {
    const blob = new Blob(['document.body.id = "ran"'], { type: 'text/javascript' });
    const addScript = (src: string) =>
      new Promise((done) => {
        const script = Object.assign(document.createElement('script'), { type: 'module', src });
        script.addEventListener('load', done);
        script.addEventListener('error', done);
        document.body.append(script);
      });
    void Promise.all([
      addScript(URL.createObjectURL(blob)),
      addScript('data:text/javascript,document.body.id = "ran"'),
    ]).then(() => {
      document.body.id ||= 'refused';
    });
  });
  await vi.waitFor(async () => expect(await inFrame(() => document.body.id)).toBe('refused'), WAIT);
}

/** Defines the tests of the sandbox in one engine, on both Reacts. */
export function describeSandbox(engine: string, openTab: () => Promise<FrameTab>): void {
  describe.each([18, 19] as const)(`${engine}, React %i`, { timeout: 120_000 }, (react) => {
    test('a sandboxed widget renders in its frame, asks its own routes, and reaches nothing else', () =>
      visit(react, openTab, (plugins) => installPlugin(plugins, 'sly', FILES), tryRoutes));

    test('widgets of the demo, and one with a library, work in frames', () =>
      visit(react, openTab, installTour, tryWidgets));
  });
}
