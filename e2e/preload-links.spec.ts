import type { Page } from '@playwright/test';
import { test as base } from './look-again.kit.ts';
import { daily, dashboard, expect } from './test.ts';

/**
 * An app with links to the dashboards in `?links=` and a dashboard at `#<plugin>/<name>`. With `?view`, links in view are preloaded
 * too. The last link is a screen below the others.
 */
const APP = `
import { createHost, Dashboard, HostProvider, preloadLinks } from '@nousviz/widget-runtime';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
const host = createHost({ onError: ({ code }) => errors.push(code) });
const errors = [];
const query = new URLSearchParams(location.search);
const partsOf = ({ hash }) => hash.slice(1).split('/');
const stop = preloadLinks(
  host,
  (link) => {
    const [pluginId, name] = partsOf(link);
    return name && { pluginId, name };
  },
  { inView: query.has('view') },
);
const addLink = (name) =>
  document.body.append(Object.assign(document.createElement('a'), { href: '#sales/' + name, textContent: name }));
Object.assign(window, { host, stop, addLink, errors });
function App() {
  const [[pluginId, name], setParts] = useState(partsOf(location));
  useEffect(() => addEventListener('hashchange', () => setParts(partsOf(location))), []);
  return (
    <>
      {(query.get('links') ?? 'main').split(',').map((one, index, { length }) => (
        <div key={one} style={{ marginTop: index > 0 && index === length - 1 ? '150vh' : 0 }}>
          <a href={'#sales/' + one}>{one}</a>
        </div>
      ))}
      {name ? <Dashboard pluginId={pluginId} name={name} /> : <p>Nothing</p>}
    </>
  );
}
createRoot(document.getElementById('root')).render(<HostProvider host={host}><App /></HostProvider>);
`;

const test = base.extend({ app: APP });

/** The requests for a dashboard and for the bundle of the widget. */
const documentOf = (name: string) => `/api/plugins/sales/dashboards/${name} 200`;
const BUNDLE = '/api/plugins/sales/widget/Chart.js 200';

type Site = { url: string; log(): string[] };

/** Opens the app, waits until the whole list is there, and forgets the requests until then. */
async function open(page: Page, site: Site, path = '') {
  await page.goto(site.url + path);
  await page.waitForFunction(`host.plugins.getSnapshot().status === 'ready'`);
  site.log();
}

const linkTo = (page: Page, name = 'main') => page.getByRole('link', { name, exact: true });

/** Expects these requests in any order, and no others but of shims, in the time in which they would be sent. */
async function expectRequests(page: Page, site: Site, expected: string[]) {
  let log: string[] = [];
  const read = () =>
    (log = [...log, ...site.log().filter((line) => !line.includes('/widget-runtime/'))].toSorted());
  await expect.poll(() => read().length).toBeGreaterThanOrEqual(expected.length);
  await page.waitForTimeout(1000);
  expect(read().map((line) => line.replace(/\?v=\w+/, ''))).toEqual(expected.toSorted());
}

/** Clicks a link, and expects the widget of its dashboard. */
async function follow(page: Page, name = 'main') {
  await linkTo(page, name).click();
  await expect(page.getByRole('button', { name: 'Count 0' })).toBeVisible();
}

const WAYS: Record<string, (page: Page) => Promise<unknown>> = {
  'the pointer': (page) => linkTo(page).hover(),
  'the focus': (page) => linkTo(page).focus(),
  'a finger': (page) => linkTo(page).dispatchEvent('pointerdown', { pointerType: 'touch' }),
};

for (const [way, act] of Object.entries(WAYS)) {
  const options = daily(way === 'the pointer');
  test(
    `${way} on a link loads its dashboard, so that the click requests nothing`,
    options,
    async ({ site, page }) => {
      await open(page, site);
      await act(page);
      await expectRequests(page, site, [documentOf('main'), BUNDLE]);
      await follow(page);
      await expectRequests(page, site, []);
    },
  );

  test(`${way} loads nothing under Save-Data, nor after the end`, options, async ({ site, page }) => {
    await page.addInitScript(() =>
      Object.defineProperty(navigator, 'connection', {
        configurable: true,
        value: { saveData: location.hash === '#saves' },
      }),
    );
    await open(page, site, '?view#saves');
    await act(page);
    await expectRequests(page, site, []);
    await page.goto('about:blank');
    await open(page, site);
    await page.evaluate('stop()');
    await act(page);
    await expectRequests(page, site, []);
    await follow(page);
  });
}

test('a page sends one request for its dashboard with the list, and one for the next dashboard', async ({
  site,
  page,
}) => {
  await site.write('dashboards/next.yaml', dashboard('Chart'));
  site.log();
  await page.goto(`${site.url}?links=next#sales/main`);
  await expect(page.getByRole('button', { name: 'Count 0' })).toBeVisible();
  await expectRequests(page, site, ['/api/plugins/sales/dashboards/main?with=list 200', BUNDLE]);
  await follow(page, 'next');
  await expectRequests(page, site, ['/api/plugins/sales/dashboards/next?with=list 200']);
});

test('a focus that passes loads nothing', async ({ site, page }) => {
  await site.write('dashboards/other.yaml', dashboard('Chart'));
  await open(page, site, '?links=main,b,c,other');
  await page.evaluate(() => {
    for (const link of document.links) link.focus();
  });
  await expectRequests(page, site, [documentOf('other'), BUNDLE]);
});

test('the middle button loads nothing', async ({ site, page }) => {
  await open(page, site);
  await linkTo(page).dispatchEvent('pointerdown', { button: 1 });
  await expectRequests(page, site, []);
});

test('never requests the bundle of an untrusted plugin', async ({ site, page }) => {
  await site.decide('revoke-frontend-trust');
  await open(page, site, '?view');
  await expectRequests(page, site, [documentOf('main')]);
  for (const act of Object.values(WAYS)) await act(page);
  await expectRequests(page, site, []);
  await linkTo(page).click();
  await expect(page.locator('[data-panel="sales/Chart"]')).toHaveAttribute('data-status', 'refused');
  await expectRequests(page, site, []);
});

test('of many links in view, ten dashboards are loaded, two at once, and the click requests a bundle alone', async ({
  site,
  page,
}) => {
  const names = Array.from({ length: 20 }, (_, index) => `d${index}`);
  for (const name of names) await site.write(`dashboards/${name}.yaml`, dashboard('Chart'));
  let [now, most] = [0, 0];
  await page.route('**/dashboards/*', async (route) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await route.continue();
  });
  page.on('requestfinished', (request) => (now -= request.url().includes('/dashboards/') ? 1 : 0));
  await open(page, site, `?view&links=${names.join()}`);
  await expectRequests(
    page,
    site,
    names.slice(0, 10).map((name) => documentOf(name)),
  );
  expect(most).toBe(2);
  await follow(page, 'd3');
  // The new address has a budget of its own.
  await expectRequests(page, site, [BUNDLE, ...names.slice(10, 19).map((name) => documentOf(name))]);
});

test('a link that comes into view later is loaded then', async ({ site, page }) => {
  for (const name of ['below', 'added', 'other'])
    await site.write(`dashboards/${name}.yaml`, dashboard('Chart'));
  await open(page, site, '?view&links=main,below');
  await expectRequests(page, site, [documentOf('main')]);
  await linkTo(page, 'below').scrollIntoViewIfNeeded();
  await expectRequests(page, site, [documentOf('below')]);
  await page.evaluate(`addLink('added')`);
  await expectRequests(page, site, [documentOf('added')]);
  await page.evaluate(`document.links[2].href = '#sales/other'`);
  await expectRequests(page, site, [documentOf('other')]);
  await page.evaluate(`stop(); addLink('main')`);
  await expectRequests(page, site, []);
});

test('links in view are not observed before the first dashboard is there, which needs none of it', async ({
  site,
  page,
}) => {
  await page.addInitScript(() => {
    const made: string[] = [];
    Object.assign(window, { made });
    for (const name of ['IntersectionObserver', 'PerformanceObserver'] as const)
      Reflect.set(
        window,
        name,
        class extends (window[name] as typeof IntersectionObserver) {
          constructor(...given: ConstructorParameters<typeof IntersectionObserver>) {
            super(...given);
            made.push(name);
          }
        },
      );
  });
  let answer = () => {};
  const isHeld = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/dashboards/main**', async (route) => {
    await isHeld;
    await route.continue();
  });
  await page.goto(`${site.url}?view#sales/main`);
  // Longer than the time for which the network has to be quiet.
  await page.waitForTimeout(1500);
  expect(await page.evaluate('made')).toEqual([]);
  answer();
  await expect(page.getByRole('button', { name: 'Count 0' })).toBeVisible();
  await expect.poll(() => page.evaluate('made')).toEqual(['PerformanceObserver', 'IntersectionObserver']);
});

for (const [what, part] of [
  ['dashboard', '/dashboards/'],
  ['bundle', '/widget/'],
] as const)
  test(`a ${what} that fails is silent, and the click tries again`, async ({ site, page, expected }) => {
    // The browser's own line.
    expected.push(/^Failed to load resource/);
    await open(page, site);
    site.fault.answer = (path) => (path.includes(part) ? new Response('', { status: 503 }) : undefined);
    await linkTo(page).hover();
    await expect.poll(() => site.log().some((line) => line.endsWith('503'))).toBe(true);
    await page.waitForTimeout(1000);
    delete site.fault.answer;
    expect(await page.evaluate('errors')).toEqual([]);
    site.log();
    await follow(page);
    expect(await page.evaluate('errors')).toEqual([]);
    expect(site.log().some((line) => line.includes('/dashboards/'))).toBe(what === 'dashboard');
  });
