import { cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import { afterEach, expect, test, vi } from 'vitest';
import { expectConsole } from './console.setup.ts';
import { createHost, type Host, type HostOptions } from './host.ts';
import { CustomPanel } from './dashboard.tsx';
import { settle } from './settle.setup.ts';
import { HostProvider, useHost, usePlugins } from './provider.tsx';

let hosts: Host[] = [];
afterEach(() => {
  cleanup();
  for (const host of hosts) host.dispose();
  hosts = [];
  document.body.innerHTML = '';
});

const list = (trusted = true) => ({
  plugins: [{ id: 'demo', frontend: { components: [{ name: 'Chart', path: 'w/Chart.js' }], trusted } }],
});

function make(options: HostOptions = {}, answer: () => Response = () => Response.json(list())) {
  const host = createHost({
    lock: false,
    fetch: async () => answer(),
    importModule: async () => ({ default: () => <p>chart</p> }),
    ...options,
  });
  hosts.push(host);
  return host;
}

const published = () => Reflect.get(globalThis, 'NousViz') as typeof globalThis & Record<string, never>;

test('publishes the host’s own React, whole and frozen', () => {
  const host = make();
  const global = (globalThis as never as { NousViz: Record<string, Record<string, unknown>> }).NousViz;
  for (const [name, member] of Object.entries((React as never as { default: object }).default)) {
    expect(global.React![name], name).toBe(member);
  }
  expect(global.ReactJSXRuntime!.jsx).toBe(ReactJSXRuntime.jsx);
  expect(global.ReactDOM!.createPortal).toBeTypeOf('function');
  expect(global.ReactDOMClient!.createRoot).toBeTypeOf('function');
  expect(global.widgets).toBe(host.widgets);
  expect(global.version).toMatch(/^\d+\.\d+\.\d+/);
  for (const value of [global, global.React, global.ReactJSXRuntime, global.ReactDOM, global.widgets]) {
    expect(Object.isFrozen(value)).toBe(true);
  }
  expect(() => Object.assign(global.React!, { createElement: null })).toThrow(TypeError);
});

test('refuses a second host and says which versions met', () => {
  make();
  expect(() => make()).toThrow(
    /published by version (\S+), and this is version \1\..*HOST_ALREADY_PUBLISHED/,
  );
});

test('refuses a global that is not its own', () => {
  Object.assign(globalThis, { NousViz: { old: true } });
  expect(() => make()).toThrow(/published by version undefined/);
  Reflect.deleteProperty(globalThis, 'NousViz');
});

test('is not stopped by an element of that name', () => {
  document.body.innerHTML = '<form id="NousViz"></form>';
  make();
  expect(published()).toHaveProperty('React');
});

test('takes the global back on dispose where it is not locked', () => {
  make().dispose();
  expect(published()).toBeUndefined();
  make();
});

test('takes the token from localStorage unless told otherwise', async () => {
  const sent: Request[] = [];
  const fetch = async (input: RequestInfo | URL) => (sent.push(input as Request), Response.json(list()));
  localStorage.setItem('nousviz_auth_token', 'stored');
  make({ fetch }).dispose();
  make({ fetch, getSessionToken: () => 'given', apiBase: '/nous/api/' });
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent.map(({ headers }) => headers.get('X-Session-Token'))).toEqual(['stored', 'given']);
  expect(sent.map(({ url }) => new URL(url).pathname)).toEqual(['/api/plugins', '/nous/api/plugins']);
});

test('does without storage where the browser denies it', async () => {
  const get = vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new DOMException('denied');
  });
  const host = make();
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  expect(get).toHaveBeenCalled();
});

const panel = <CustomPanel pluginId="demo" component="Chart" dashboardName="main" />;

test('mounts a trusted widget, and on trust one that waited', async () => {
  let trusted = false;
  const host = make({}, () => Response.json(list(trusted)));
  const Names = () => usePlugins().plugins.map(({ id, needs_consent }) => `${id} ${needs_consent}`);
  await settle(() =>
    render(
      <HostProvider host={host}>
        <Names />
        {panel}
      </HostProvider>,
    ),
  );
  expect(screen.getByRole('note')).toBeTruthy();
  expect(screen.getByText('demo true')).toBeTruthy();
  trusted = true;
  await settle(() => host.plugins.trust('demo'));
  expect(screen.getByText('chart')).toBeTruthy();
});

test('says in the panel that the list failed, asks again on Retry', async () => {
  expectConsole(/^\[NousViz\] \/api\/plugins: HTTP 500.*\[API_FAILED\]/);
  let down = true;
  const host = make({}, () => (down ? new Response('', { status: 500 }) : Response.json(list())));
  await settle(() => render(<HostProvider host={host}>{panel}</HostProvider>));
  expect(screen.getByRole('alert').dataset.code).toBe('API_FAILED');
  down = false;
  await settle(() => screen.getByRole('button', { name: 'Retry' }).click());
  expect(screen.getByText('chart')).toBeTruthy();
});

test('registers the host’s own components', () => {
  const host = make();
  const takeBack = host.register('Clock', () => null);
  expect(host.registry.names()).toContain('Clock');
  takeBack();
  expect(host.registry.names()).not.toContain('Clock');
});

test('useHost hands out the host, and says what is missing without one', () => {
  const host = make();
  const Version = () => useHost().version;
  render(
    <HostProvider host={host}>
      <Version />
    </HostProvider>,
  );
  expect(screen.getByText(host.version)).toBeTruthy();
  expect(() => render(<Version />)).toThrow(/useHost\(\) is outside <HostProvider>.*HOST_MISSING/);
});
