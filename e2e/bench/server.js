import { createSecureServer } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';

/** @typedef {{ type: string, body: string }} File a static file: its media type and its text */

const IMMUTABLE = 'public, max-age=31536000, immutable';

/**
 * Serves a cell over HTTP/2: the contenders' pages and files from memory, the host API with the library's own handler. It delays every
 * answer by a round trip.
 *
 * @param {object} options
 * @param {{ key: string, cert: string }} options.certificate
 * @param {number} options.rtt milliseconds
 * @param {(request: Request) => Promise<Response>} options.api answers everything below `/api/`
 * @param {Map<string, () => string | Promise<string>>} options.pages functions that create a page, by path
 * @param {(path: string) => File | undefined} options.file
 * @returns {Promise<{ url: string, close(): Promise<void> }>} its URL, without a trailing slash
 */
export async function startServer({ certificate, rtt, api, pages, file }) {
  /** @param {string} path */
  async function answerStatic(path) {
    const page = pages.get(path);
    // Cross-origin isolation gives the page a clock with microseconds.
    if (page)
      return new Response(await page(), {
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Cache-Control': 'no-store',
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Embedder-Policy': 'require-corp',
        },
      });
    const found = file(path);
    if (!found) return new Response(`Nothing is at ${path}.`, { status: 404 });
    const isData = found.type === 'application/json';
    return new Response(found.body, {
      headers: {
        'Content-Type': found.type,
        'Cache-Control': isData ? 'no-store' : IMMUTABLE,
        // For frames of an opaque origin.
        'Access-Control-Allow-Origin': '*',
      },
    });
  }

  const server = createAdaptorServer({
    fetch: async (/** @type {Request} */ request) => {
      await sleep(rtt);
      const { pathname } = new URL(request.url);
      return pathname.startsWith('/api/') ? api(request) : answerStatic(pathname);
    },
    createServer: /** @type {typeof createSecureServer} */ (createSecureServer),
    serverOptions: { key: certificate.key, cert: certificate.cert },
    overrideGlobalObjects: false,
  });
  /** @type {Set<import('node:http2').ServerHttp2Session>} */
  const sessions = new Set();
  server.on('session', (/** @type {import('node:http2').ServerHttp2Session} */ session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  await new Promise((done, fail) => {
    server.once('error', fail).once('listening', done).listen(0, '127.0.0.1');
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `https://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}
