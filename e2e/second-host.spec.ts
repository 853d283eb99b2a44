import { bundleScript, openOwnPage } from './own-page.ts';
import { expect, test } from './test.ts';

const LIBRARY = `export { createHost } from '@nousviz/widget-runtime';`;

/** The file of an app that creates its host. A hot reload evaluates it again, beside the same module of the library. */
const file = (library: string, options: string) => `
import { createHost } from '/${library}.js';
export const host = createHost(${options});`;

test('a hot reload of the file that creates the host gets the same host; another copy is a named error', async ({
  demo,
  page,
  react,
}) => {
  const { origin } = new URL(demo.url);
  const library = await bundleScript(LIBRARY, { react });
  const scripts: Record<string, string> = {
    '/library.js': library,
    '/copy.js': library,
    '/first.js': file('library', `{ getSessionToken: () => 'first' }`),
    '/again.js': file('library', `{ getSessionToken: () => 'second' }`),
    '/other.js': file('library', `{ apiBase: '/other' }`),
    '/second-copy.js': file('copy', ''),
  };
  for (const [path, body] of Object.entries(scripts))
    await page.route(origin + path, (route) => route.fulfill({ contentType: 'text/javascript', body }));
  const tokens: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/plugins')) tokens.push(request.headers()['x-session-token']);
  });
  await openOwnPage(page, demo.url, '');
  const outcome = await page.evaluate(async () => {
    const load = (path: string) =>
      (import(path) as Promise<{ host: { plugins: { refresh(): Promise<void> } } }>).then(
        ({ host }) => host,
        (error: Error) => error.message,
      );
    const first = await load('/first.js');
    if (typeof first !== 'string') await first.plugins.refresh();
    const again = await load('/again.js');
    if (typeof again !== 'string') await again.plugins.refresh();
    return { isSame: first === again, other: await load('/other.js'), copy: await load('/second-copy.js') };
  });
  expect(outcome.isSame).toBe(true);
  expect(tokens).toEqual(['first', 'second']);
  expect(outcome.other).toContain('another apiBase: it is "/api" there, and "/other" here.');
  expect(outcome.copy).toMatch(/another copy of the library, of version (\S+); this copy has version \1\./);
  expect(outcome.copy).toContain('[HOST_ALREADY_PUBLISHED]');
});
