import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { build } from 'esbuild';
import { root } from '../fixtures/host/build.js';
import { test as base } from './test.ts';

/** Answers a request, or leaves it to the next. */
type Answer = (request: Request) => Response | undefined | Promise<Response | undefined>;

interface Fixtures {
  /**
   * Serves an origin of its own, which ends with the test.
   *
   * @param address The address to listen on. The default is 127.0.0.1.
   * @returns Its URL and its requests.
   */
  serve(answer: Answer, address?: '127.0.0.1' | '::1'): Promise<{ url: string; requests: Request[] }>;
  /**
   * Bundles an app that uses the library.
   *
   * @param source Its module; `options` in it are those of `createHost`.
   * @returns Answers the app’s page at `/`, its scripts, and its page for every other path, as the development servers of bundlers do.
   */
  bundle(source: string): Promise<Answer>;
}

const PAGE =
  '<!doctype html><title>App</title><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/app/main.js"></script>';

const MIME = { html: 'text/html; charset=utf-8', js: 'text/javascript' };

const answerWith = (body: string | Uint8Array, type: keyof typeof MIME) =>
  new Response(body as BodyInit, { headers: { 'Content-Type': MIME[type] } });

export const test = base.extend<Fixtures>({
  serve: async ({ page }, use) => {
    const ends: (() => Promise<unknown>)[] = [];
    await use(async (answer, address = '127.0.0.1') => {
      const requests: Request[] = [];
      const listener = getRequestListener(
        async (request) => {
          requests.push(request.clone() as Request);
          return (await answer(request)) ?? new Response(null, { status: 404 });
        },
        { overrideGlobalObjects: false },
      );
      const server = createServer(listener);
      await new Promise<void>((done) => server.listen(0, address, done));
      ends.push(() => {
        server.closeAllConnections();
        return new Promise((done) => server.close(done));
      });
      const host = address === '::1' ? '[::1]' : address;
      return { url: `http://${host}:${(server.address() as AddressInfo).port}/`, requests };
    });
    await page.goto('about:blank');
    for (const end of ends) await end();
  },

  bundle: async ({ react }, use) => {
    await use(async (source) => {
      const modules = join(root, react === 18 ? 'fixtures/react-18/node_modules' : 'node_modules');
      const { outputFiles } = await build({
        stdin: { contents: source, resolveDir: root, sourcefile: 'main.jsx', loader: 'jsx' },
        entryNames: 'main',
        outdir: '/app',
        bundle: true,
        splitting: true,
        write: false,
        format: 'esm',
        jsx: 'automatic',
        target: 'es2022',
        define: { 'process.env.NODE_ENV': '"production"' },
        alias: {
          react: join(modules, 'react'),
          'react-dom': join(modules, 'react-dom'),
          '@nousviz/widget-runtime': join(root, 'dist/index.js'),
          '@nousviz/widget-runtime/ui': join(root, 'dist/ui/index.js'),
          '@nousviz/widget-runtime/sandbox': join(root, 'dist/sandbox/index.js'),
        },
      });
      const files = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
      return ({ url }) => {
        const script = files.get(new URL(url).pathname);
        return script ? answerWith(script, 'js') : answerWith(PAGE, 'html');
      };
    });
  },
});
