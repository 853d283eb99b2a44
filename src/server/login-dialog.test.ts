import { expect, test } from 'vitest';
import { createServer, fileTrustStore } from './index.ts';
import { makeFolder } from './folder.test.kit.ts';

test('a plugin’s route cannot open the browser’s login dialog, and a navigation can', async () => {
  const folder = await makeFolder({});
  const server = createServer({
    plugins: folder,
    trust: fileTrustStore(`${folder}/trust.jsonl`),
    notFound: () =>
      new Response('{"detail": "Sign in."}', {
        status: 401,
        headers: { 'WWW-Authenticate': 'Basic realm="x"', 'X-Other': 'kept' },
      }),
  });
  const ask = (path: string, headers: Record<string, string> = {}) =>
    server.fetch(new Request(`http://127.0.0.1${path}`, { headers }));
  for (const path of ['/api/plugins/sales/items', '/api/query']) {
    const answer = await ask(path, { 'Sec-Fetch-Mode': 'cors' });
    expect(Object.fromEntries(answer.headers), path).not.toHaveProperty('www-authenticate');
    expect([answer.status, answer.headers.get('X-Other'), await answer.text()]).toEqual([
      401,
      'kept',
      '{"detail": "Sign in."}',
    ]);
    const page = await ask(path, { 'Sec-Fetch-Mode': 'navigate' });
    expect(page.headers.get('WWW-Authenticate')).toBe('Basic realm="x"');
  }
  expect((await ask('/reports')).headers.has('WWW-Authenticate')).toBe(true);
});
