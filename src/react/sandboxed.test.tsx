import { cleanup, fireEvent, screen } from '@testing-library/react';
import { createContext, useContext, useEffect } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { createError } from '../contract/words.ts';
import type { Sandbox } from '../host/index.ts';
import { CustomPanel } from './custom-panel.tsx';
import { frames, openPage } from './page.test.kit.tsx';

afterEach(cleanup);

const verdict = { trusted: false, needs_consent: false, sandboxed: true };
const panel = <CustomPanel pluginId="demo" component="Counter" dashboardName="main" />;
const Host = createContext('');

test('shows what the option sandbox makes, and never loads the bundle of a sandboxed plugin', async () => {
  const importModule = vi.fn(async () => ({ default: () => <p>in the page</p> }));
  const sandbox = vi.fn<Sandbox>(() => () => <p>in a frame</p>);
  const { show } = openPage({}, undefined, { verdict, sandbox, importModule });
  await show(panel);
  expect(await screen.findByText('in a frame')).toBeTruthy();
  expect(sandbox).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ pluginId: 'demo', isSandboxed: true }),
    0,
    expect.objectContaining({ apiBase: '/api', loadTimeout: 10_000 }),
  );
  expect(importModule).not.toHaveBeenCalled();
});

test('shows the failure of a frame as it is, in this page’s React tree, and Retry makes another frame', async () => {
  expectConsole(/SHIM_FAILED/);
  const error = createError('SHIM_FAILED', {
    pluginId: 'demo',
    component: 'Counter',
    file: 'a.js',
    specifier: 's',
  });
  const sandbox = vi.fn<Sandbox>((_, attempt) => ({ onCrash }) => {
    useEffect(() => {
      if (attempt === 0) onCrash(error);
    });
    return <p>{useContext(Host)}, again</p>;
  });
  const { show } = openPage({}, undefined, { verdict, sandbox });
  await show(<Host.Provider value="of the host">{panel}</Host.Provider>);
  expect((await screen.findByRole('alert')).dataset.code).toBe('SHIM_FAILED');
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
  expect(await screen.findByText('of the host, again')).toBeTruthy();
});

test('does not run a sandboxed plugin without the option', async () => {
  const importModule = vi.fn(async () => ({ default: () => <p>in the page</p> }));
  const { show } = openPage({}, undefined, { verdict, importModule });
  await show(panel);
  expect(frames()).toEqual(['demo/Counter refused']);
  expect(importModule).not.toHaveBeenCalled();
});
