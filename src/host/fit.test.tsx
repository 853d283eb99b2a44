import { cleanup, render, screen } from '@testing-library/react';
import { version as react } from 'react';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { CustomPanel, HostProvider } from '../react/index.ts';
import { createHost } from './create-host.ts';
import { findMisfit } from './fit.ts';

declare const __VERSION__: string;

afterEach(cleanup);

const component = { name: 'Chart', path: 'w/Chart.js', filename: 'Chart.js' };

/** Shows the panel of a plugin that needs some versions. `set` changes what it needs. */
async function open(first: string | undefined) {
  let needs = first;
  const imported = vi.fn(async () => ({ default: () => <p>chart</p> }));
  const frontend = { components: [component], trusted: true };
  const host = createHost({
    lock: false,
    fetch: async () => Response.json({ plugins: [{ id: 'demo', frontend, ...(needs && { needs }) }] }),
    importModule: imported,
  });
  onTestFinished(() => host.dispose());
  await settle(() =>
    render(
      <HostProvider host={host}>
        <CustomPanel pluginId="demo" component="Chart" dashboardName="main" />
      </HostProvider>,
    ),
  );
  const set = (next: string | undefined) => {
    needs = next;
    return settle(() => host.plugins.refresh());
  };
  return { host, imported, set };
}

test('a plugin that needs another page does not run, until the host ignores it', async () => {
  expectConsole(/\[DOES_NOT_FIT\]/);
  const { host, imported, set } = await open('nousviz-runtime >=99.0.0, react >=18.3.0');
  expect(document.querySelector('[data-code="DOES_NOT_FIT"]')?.textContent).toContain(
    `The plugin needs nousviz-runtime >=99.0.0, and this page has nousviz-runtime ${host.version}.`,
  );
  expect(imported).not.toHaveBeenCalled();
  await set(undefined);
  expect(document.querySelector('[data-code]')).toBeNull();
  screen.getByText('chart');
});

test('a plugin that fits the page runs', async () => {
  await open('nousviz-runtime >=0.1.0 <99.0.0, react >=18.3.0');
  screen.getByText('chart');
});

test('names each range that does not fit, with the version of the page', () => {
  const wanting = (needs?: string) => findMisfit({ pluginId: 'demo', component, needs })?.details;
  expect(wanting()).toBeUndefined();
  expect(wanting('react >=99.0.0, nousviz-runtime <0.1.0 || >=99.0.0')).toEqual({
    pluginId: 'demo',
    component: 'Chart',
    file: 'w/Chart.js',
    needs: 'react >=99.0.0 and nousviz-runtime <0.1.0 || >=99.0.0',
    found: `react ${react} and nousviz-runtime ${__VERSION__}`,
  });
});
