import { Component, createElement, forwardRef, lazy, memo } from 'react';
import { expect, test, vi } from 'vitest';
import { isComponent } from './widget.ts';
import { createLoader } from './loader.ts';
import { admit, type Admitted } from './trust.ts';

const component = { name: 'Chart', path: 'widget/dist/Chart.js', filename: 'Chart.js' };
const admitted = admit('sales', component, new Map([['sales', new AbortController().signal]])) as Admitted;
const Chart = () => null;

type Answer = { status: number; type: string } | undefined;

function loader(importModule: (url: string) => Promise<{ default?: unknown }>, answer?: Answer) {
  const fetch = vi.fn(async () => {
    if (!answer) throw new TypeError('Failed to fetch');
    return new Response('', { status: answer.status, headers: { 'Content-Type': answer.type } });
  });
  const load = createLoader({ apiBase: '/api', fetch, importModule });
  return { load: (attempt = 0) => load(admitted, attempt), fetch };
}

test('imports a bundle without another request', async () => {
  const urls: string[] = [];
  const { load, fetch } = loader(async (url) => (urls.push(url), { default: Chart }));
  expect(await load()).toBe(Chart);
  expect(await load(2)).toBe(Chart);
  expect(urls).toEqual(['/api/plugins/sales/widget/Chart.js', '/api/plugins/sales/widget/Chart.js?r=2']);
  expect(fetch).not.toHaveBeenCalled();
});

test.each([
  ['a function', Chart],
  ['a class', class extends Component {}],
  ['memo', memo(Chart)],
  ['forwardRef', forwardRef(() => null)],
  ['lazy', lazy(async () => ({ default: Chart }))],
])('recognises %s as a component', (_, value) => expect(isComponent(value)).toBe(true));

async function Asks() {
  return null;
}

test.each([
  ['an async function', Asks],
  ['an async arrow function', async () => null],
  ['memo', memo(Asks as never)],
  ['forwardRef', forwardRef(Asks as never)],
  ['memo within memo', memo(memo(Asks as never))],
])('refuses an async component: %s', async (_, value) => {
  await expect(loader(async () => ({ default: value })).load()).rejects.toMatchObject({
    code: 'ASYNC_COMPONENT',
    details: { file: 'widget/dist/Chart.js' },
  });
});

test.each([undefined, null, 'Chart', {}, createElement('p'), Symbol('x'), 5])(
  'takes %s for no component',
  async (value) => {
    expect(isComponent(value)).toBe(false);
    await expect(loader(async () => ({ default: value })).load()).rejects.toMatchObject({
      code: 'NO_DEFAULT_EXPORT',
      details: { file: 'widget/dist/Chart.js' },
    });
  },
);

test.each([
  ['author', 'Fix the error in the widget and save the file.'],
  ['operator', 'Fix the error in the plugin, rebuild it, and accept the change where plugins are trusted.'],
] as const)('shows the %s how to cure a bundle that throws', async (audience, fix) => {
  const load = createLoader({
    apiBase: '/api',
    fetch: async () => new Response('', { headers: { 'Content-Type': 'text/javascript' } }),
    importModule: () => Promise.reject(new Error('no total')),
    audience,
  });
  await expect(load(admitted, 0)).rejects.toMatchObject({ code: 'BUNDLE_THREW', fix });
});

const refused = new TypeError('Failed to fetch dynamically imported module: /x.js');

test.each([
  [undefined, 'UNREACHABLE'],
  [{ status: 404, type: 'application/json' }, 'BUNDLE_MISSING'],
  [{ status: 403, type: 'application/json' }, 'BUNDLE_REFUSED'],
  [{ status: 401, type: 'application/json' }, 'BUNDLE_REFUSED'],
  [{ status: 503, type: 'text/plain' }, 'SERVER_ERROR'],
  [{ status: 200, type: 'text/html' }, 'NOT_JAVASCRIPT'],
])('diagnoses a failed import and %j as %s', async (evidence, code) => {
  const { load } = loader(async () => Promise.reject(refused), evidence);
  await expect(load()).rejects.toMatchObject({ code, pluginId: 'sales', component: 'Chart', cause: refused });
});

const healthy = { status: 200, type: 'text/javascript; charset=utf-8' };

test('imports a bundle that the server has again', async () => {
  const urls: string[] = [];
  const { load } = loader(async (url) => {
    urls.push(url);
    if (urls.length === 1) throw refused;
    return { default: Chart };
  }, healthy);
  expect(await load()).toBe(Chart);
  expect(urls[1]).toBe('/api/plugins/sales/widget/Chart.js?again');
});

test('imports a bundle that the server has a second time, but not a third time', async () => {
  const importModule = vi.fn(async () => Promise.reject(refused));
  await expect(loader(importModule, healthy).load()).rejects.toMatchObject({
    code: 'UNREACHABLE',
    title: 'Request blocked',
  });
  expect(importModule).toHaveBeenCalledTimes(2);
});

test.each([new Error('boom'), null, 'text'])(
  'rejects with the value that a bundle threw: %s',
  async (thrown) => {
    const importModule = vi.fn(async () => Promise.reject(thrown));
    await expect(loader(importModule, healthy).load()).rejects.toMatchObject({
      code: 'BUNDLE_THREW',
      cause: thrown,
    });
    expect(importModule).toHaveBeenCalledOnce();
  },
);

test.each([
  ['nothing at all', undefined],
  [
    'a value that throws when it is read',
    {
      get default() {
        throw new Error('no');
      },
    },
  ],
  [
    'a hostile proxy',
    {
      default: new Proxy(
        {},
        {
          get: () => {
            throw null;
          },
        },
      ),
    },
  ],
])('rejects for a bundle that exports %s', async (_, module) => {
  await expect(loader(async () => module as never).load()).rejects.toMatchObject({
    name: 'WidgetError',
    code: 'BUNDLE_THREW',
  });
});

const EMPTY_SHA = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const SHA = 'a'.repeat(64);

test('requests the trusted bytes in every attempt', async () => {
  const urls: string[] = [];
  const load = createLoader({
    apiBase: '/api',
    fetch: async () => new Response(),
    importModule: async (url) => (urls.push(url), { default: Chart }),
  });
  const consented = { sha256: SHA };
  const changed = { ...component, sha256: 'b'.repeat(64), changed: true, consented };
  const grants = new Map([['sales', new AbortController().signal]]);
  const offer = admit('sales', changed, grants) as Admitted;
  await load(offer, 0);
  await load(offer, 1);
  expect(urls).toEqual([
    `/api/plugins/sales/widget/Chart.js?v=${SHA}`,
    `/api/plugins/sales/widget/Chart.js?v=${SHA}&r=1`,
  ]);
});

test.each([
  ['imports bytes under another URL after their first import failed', EMPTY_SHA, undefined],
  ['imports no other bytes than the trusted ones at the retry', SHA, 'BUNDLE_CHANGED'],
])('%s', async (_, sha256, code) => {
  const urls: string[] = [];
  const load = createLoader({
    apiBase: '/api',
    fetch: async () => new Response('', { headers: { 'Content-Type': 'text/javascript' } }),
    importModule: async (url) => {
      urls.push(url);
      if (urls.length === 1) throw refused;
      return { default: Chart };
    },
  });
  const grants = new Map([['sales', new AbortController().signal]]);
  const loaded = load(admit('sales', { ...component, sha256 }, grants) as Admitted, 0);
  const url = `/api/plugins/sales/widget/Chart.js?v=${sha256}`;
  if (code) await expect(loaded).rejects.toMatchObject({ code });
  else await loaded;
  expect(urls).toEqual(code ? [url] : [url, `${url}&again`]);
});

test.each([
  [409, 'BUNDLE_CHANGED', 1],
  [403, 'BUNDLE_REFUSED', 1],
  [404, 'BUNDLE_MISSING', 0],
  [500, 'SERVER_ERROR', 0],
])(
  'a bundle that is refused with %i → %s, and the list is read again %i times',
  async (status, code, times) => {
    const refresh = vi.fn();
    const load = createLoader({
      apiBase: '/api',
      fetch: async () => Response.json({ detail: 'no' }, { status }),
      importModule: () => Promise.reject(refused),
      refresh,
    });
    await expect(load(admitted, 0)).rejects.toMatchObject({ code });
    expect(refresh).toHaveBeenCalledTimes(times);
  },
);
