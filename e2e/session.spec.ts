import type { Page } from '@playwright/test';
import { expect } from './test.ts';
import { test } from './small-app.ts';

const APP = `
import { createHost, HostProvider, CustomPanel } from '@nousviz/widget-runtime';
import { createRoot } from 'react-dom/client';
let token = 'old';
const dialogs = [];
const host = createHost({
  getSessionToken: () => token,
  onUnauthorized: async (response, retry) => {
    const answer = await new Promise((close) => dialogs.push(close));
    if (!answer) return;
    token = answer;
    retry();
  },
});
const signIn = () => {
  token = 'new';
  return host.plugins.refresh();
};
Object.assign(window, { signIn, dialogs });
createRoot(document.getElementById('root')).render(
  <HostProvider host={host}><CustomPanel pluginId="sales" component="Chart" dashboardName="main" /></HostProvider>,
);`;

const LIST = {
  plugins: [
    { id: 'sales', frontend: { components: [{ name: 'Chart', path: 'w/Chart.js' }], trusted: false } },
  ],
};

/** A host API that accepts the token "new" and answers with the body that it received. */
const answerApi = async (request: Request) => {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith('/api/')) return undefined;
  const received = await request.text();
  if (request.headers.get('X-Session-Token') !== 'new')
    return Response.json({ detail: 'Sign in.' }, { status: 401 });
  return pathname === '/api/plugins'
    ? Response.json(LIST)
    : Response.json({ received, type: request.headers.get('Content-Type') });
};

interface AppWindow {
  NousViz: { widgets: { apiFetch: typeof fetch } };
  signIn(): Promise<void>;
  dialogs: ((answer: string | undefined) => void)[];
}

const closeDialog = (page: Page, answer?: string) =>
  page.evaluate((token) => (window as unknown as AppWindow).dialogs.at(-1)!(token), answer);
const countDialogs = (page: Page) => page.evaluate(() => (window as unknown as AppWindow).dialogs.length);

test('one dialog for the list and the widgets’ requests, each then repeated with its body', async ({
  serve,
  bundle,
  page,
  expected,
}) => {
  expected.push(/401/);
  const answerPage = await bundle(APP);
  const { url, requests } = await serve(async (request) => (await answerApi(request)) ?? answerPage(request));
  await page.goto(url);
  await expect.poll(() => countDialogs(page)).toBe(1);
  const panel = page.locator('[data-panel="sales/Chart"]');
  await expect(panel).toHaveAttribute('data-status', 'loading');

  const answers = page.evaluate(async () => {
    const { apiFetch } = (window as unknown as AppWindow).NousViz.widgets;
    const form = new FormData();
    form.set('field', 'ä');
    form.set('file', new File(['ä'], 'a.txt'));
    const bodies: [string, BodyInit][] = [
      ['string', 'ä'],
      ['FormData', form],
      ['Blob', new Blob(['ä'])],
      ['ArrayBuffer', new TextEncoder().encode('ä').buffer],
      ['URLSearchParams', new URLSearchParams({ a: 'ä' })],
      ['1 MB', 'x'.repeat(1_000_000)],
      ['over 1 MB', 'x'.repeat(1_000_001)],
    ];
    const sent = bodies.map(async ([name, body]) => {
      const answer = await apiFetch('/api/plugins/sales/items', { method: 'POST', body });
      const { received } = (await answer.json()) as { received?: string };
      return [name, received?.slice(-60), received?.length];
    });
    const request = new Request('/api/plugins/sales/items', { method: 'PUT', body: 'of a Request' });
    const { received } = (await (await apiFetch(request)).json()) as { received: string };
    return Object.fromEntries(
      [...(await Promise.all(sent)), ['Request', received, received.length]].map(([name, ...rest]) => [
        name,
        rest,
      ]),
    ) as unknown;
  });
  // The list, and eight requests of widgets.
  await expect.poll(() => requests.filter(({ url: to }) => to.includes('/api/')).length).toBe(9);
  await closeDialog(page, 'new');
  expect(await answers).toEqual({
    string: ['ä', 1],
    FormData: [expect.stringMatching(/ä\r\n------WebKitFormBoundary\w+--\r\n$/), expect.any(Number)],
    Blob: ['ä', 1],
    ArrayBuffer: ['ä', 1],
    URLSearchParams: ['a=%C3%A4', 8],
    '1 MB': ['x'.repeat(60), 1_000_000],
    'over 1 MB': [undefined, undefined],
    Request: ['of a Request', 12],
  });
  expect(await countDialogs(page)).toBe(1);
  await expect(panel).toHaveAttribute('data-status', 'refused');
});

test('panels show the 401 if the operator does not sign in, and recover after a later sign-in', async ({
  serve,
  bundle,
  page,
  expected,
}) => {
  expected.push(/401/);
  const answerPage = await bundle(APP);
  const { url } = await serve(async (request) => (await answerApi(request)) ?? answerPage(request));
  await page.goto(url);
  await expect.poll(() => countDialogs(page)).toBe(1);
  await closeDialog(page);
  const card = page.getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'API_FAILED');
  await expect(card).toContainText('HTTP 401: Sign in.');
  expect(await countDialogs(page)).toBe(1);
  await page.evaluate(() => (window as unknown as AppWindow).signIn());
  await expect(page.locator('[data-panel="sales/Chart"]')).toHaveAttribute('data-status', 'refused');
});
