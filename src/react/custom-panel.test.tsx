import { act, cleanup, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, test } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import type { CustomWidgetProps } from '../host/index.ts';
import { CustomPanel } from './custom-panel.tsx';
import { frames, openPage } from './page.test.kit.tsx';

afterEach(cleanup);

test('shows a widget with its owner, dashboard and a frozen config', async () => {
  const seen: CustomWidgetProps[] = [];
  const { show } = openPage({}, (props) => (seen.push(props), (<p>chart</p>)));
  await show(
    <CustomPanel
      pluginId="other"
      component="demo/Counter"
      dashboardName="main"
      config={{ list: [1] }}
      label="My chart"
    />,
  );
  expect(await screen.findByText('chart')).toBeTruthy();
  expect(seen[0]).toEqual({
    pluginId: 'demo',
    dashboardName: 'main',
    config: { list: [1] },
    host: expect.objectContaining({ pluginId: 'demo', component: 'Counter' }),
  });
  expect(Object.isFrozen(seen[0]!.config.list)).toBe(true);
  expect(frames()).toEqual(['demo/Counter ready']);
  expect(screen.getByRole('heading', { name: 'My chart' })).toBeTruthy();
});

test('passes an empty config if the host passes none', async () => {
  const { show } = openPage({}, ({ config }) => <p>{JSON.stringify(config)}</p>);
  await show(<CustomPanel pluginId="demo" component="Counter" dashboardName="main" />);
  expect(await screen.findByText('{}')).toBeTruthy();
});

test('passes a new config to the widget without a loss of its state', async () => {
  const { page, show } = openPage({}, ({ config }) => {
    const [first] = useState(config.n);
    return <p>{`${String(first)} then ${String(config.n)}`}</p>;
  });
  const panel = (n: number) => (
    <CustomPanel pluginId="demo" component="Counter" dashboardName="main" config={{ n }} />
  );
  const { rerender } = await show(panel(1));
  await screen.findByText('1 then 1');
  await act(async () => rerender(page(panel(2))));
  expect(screen.getByText('1 then 2')).toBeTruthy();
});

test('refuses a config that cannot be copied', async () => {
  expectConsole(/CONFIG_TOO_DEEP/);
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  const { show } = openPage();
  await show(<CustomPanel pluginId="demo" component="Counter" dashboardName="main" config={circle} />);
  expect((await screen.findByRole('alert')).dataset.code).toBe('CONFIG_TOO_DEEP');
});

test.each([
  ['a Date', { range: [{ from: new Date(0) }] }, 'config.range[0].from is a Date'],
  ['a Map', { by: new Map([['a', 1]]) }, 'config.by is a Map'],
  ['a Set', { of: new Set([1]) }, 'config.of is a Set'],
  ['a class instance', { at: new URL('http://a.b/') }, 'config.at is a URL'],
  ['a function', { onClick: () => {} }, 'config.onClick is a function'],
  ['a symbol', { key: Symbol('a') }, 'config.key is a symbol'],
])('names %s in a config, instead of passing another value to the widget', async (_, config, message) => {
  expectConsole(/CONFIG_NOT_DATA/);
  const { show } = openPage();
  await show(<CustomPanel pluginId="demo" component="Counter" dashboardName="main" config={config} />);
  const card = await screen.findByRole('alert');
  expect(card.dataset.code).toBe('CONFIG_NOT_DATA');
  expect(card.textContent).toContain(message);
});

test('throws HOST_MISSING outside of a HostProvider', () => {
  expect(() => render(<CustomPanel pluginId="demo" component="Counter" dashboardName="main" />)).toThrow(
    /^<CustomPanel> has no host that this copy of the library made\. .*\[HOST_MISSING\]$/,
  );
});
