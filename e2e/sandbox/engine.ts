import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { hostFolder } from '../../fixtures/host/build.js';

/** A tab of a browser that Playwright cannot control. */
export interface FrameTab {
  open(url: string): Promise<void>;
  /** Presses a button of the page. */
  press(label: string): Promise<void>;
  /** Calls a function in the first frame of the page, or in the page. The function can use nothing else. */
  callInFrame<Result>(run: () => Result): Promise<Result>;
  callInPage<Result>(run: () => Result): Promise<Result>;
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
  'plugin.yaml': 'id: sly\nversion: 1.0.0\nfrontend:\n  components: [{ name: Chart, path: Chart.js }]\n',
  'Chart.js': WIDGET,
  'mock/items.json': '{ "GET /items": { "body": [1, 2] } }',
  'dashboards/main.yaml': 'panels: [{ type: custom, component: Chart }]\n',
};

/** Defines the test of the sandbox in one engine, on both Reacts. */
export function describeSandbox(engine: string, openTab: () => Promise<FrameTab>): void {
  describe.each([18, 19] as const)(`${engine}, React %i`, (react) => {
    test('a sandboxed widget renders in its frame, asks its own routes, and reaches nothing else', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'nousviz-sandbox-'));
      const plugin = join(folder, 'plugins/sly');
      for (const name of ['mock', 'dashboards']) await mkdir(join(plugin, name), { recursive: true });
      for (const [path, text] of Object.entries(FILES)) await writeFile(join(plugin, path), text);
      const { serveHost } = await import('#dev');
      const demo = await serveHost({
        plugins: join(folder, 'plugins'),
        data: join(folder, 'data'),
        app: hostFolder({ react }),
      });
      const tab = await openTab();
      try {
        await tab.open(new URL('/plugin/sly/main', demo.url).href);
        await tab.press('Run sandboxed');
        const textOf = () => tab.callInFrame(() => document.querySelector('button')?.textContent ?? '');
        const wait = { timeout: 30_000, interval: 200 };
        await vi.waitFor(async () => expect(await textOf()).toBe('Ask'), wait);
        await tab.callInFrame(() => document.querySelector('button')!.click());
        await vi.waitFor(async () => expect(await textOf()).toBe('[1,2] 200 ROUTE_REFUSED'), wait);
        const heightOf = () => tab.callInPage(() => document.querySelector('iframe')?.clientHeight ?? 0);
        await vi.waitFor(async () => expect(await heightOf()).toBe(123), wait);
        const found = await tab.callInFrame(() => {
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
        await tab.callInFrame(() => {
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
        const idOf = () => tab.callInFrame(() => document.body.id);
        await vi.waitFor(async () => expect(await idOf()).toBe('refused'), wait);
      } finally {
        await tab.close();
        await demo.close();
        await rm(folder, { recursive: true, force: true });
      }
    }, 120_000);
  });
}
