import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import type { CustomWidgetProps } from '../host/index.ts';
import { CustomPanel } from './custom-panel.tsx';
import { Dashboard } from './dashboard.tsx';
import { frames, openPage, stubWidth } from './page.test.kit.tsx';

afterEach(cleanup);

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    type: { enum: ['line', 'bar'], default: 'line' },
    color: { type: 'string', pattern: '^#[0-9a-f]{6}$' },
    axis: { type: 'object', properties: { max: { type: 'number', default: 10 } } },
  },
};

const Shown = ({ config }: CustomWidgetProps) => <p>{JSON.stringify(config)}</p>;

const panel = (config: Record<string, unknown>) => (
  <CustomPanel pluginId="demo" component="Counter" dashboardName="main" config={config} />
);

const both = (config: Record<string, unknown>) => (
  <>
    {panel(config)}
    {panel({ type: 'bar' })}
  </>
);

test('passes a frozen config with the defaults of the schema', async () => {
  const seen: CustomWidgetProps[] = [];
  const { show } = openPage({}, (props) => (seen.push(props), (<p>chart</p>)), { schema });
  await show(panel({ axis: {}, color: '#ff8800' }));
  await screen.findByText('chart');
  expect(seen[0]!.config).toEqual({ type: 'line', color: '#ff8800', axis: { max: 10 } });
  expect(Object.isFrozen(seen[0]!.config.axis)).toBe(true);
});

test.each([
  [{ type: 'bars' }, 'config.type is "bars", but must be "line" or "bar". Did you mean "bar"?'],
  [{ axis: { max: '5' } }, 'config.axis.max is "5", but must be a number. Remove the quotes.'],
  [{ color: 'red' }, 'config.color is "red", but must match the pattern ^#[0-9a-f]{6}$.'],
  [{ colour: 'red' }, 'config.colour is not a setting. Did you mean color?'],
])('shows a card for %j, and the widget once the config is right', async (config, sentence) => {
  expectConsole(/CONFIG_INVALID/);
  const { show, page } = openPage({}, Shown, { schema });
  const { rerender } = await show(both(config));
  const card = await screen.findByRole('alert');
  expect(card.dataset.code).toBe('CONFIG_INVALID');
  expect(card.textContent).toContain(sentence);
  expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  expect(frames()).toEqual(['demo/Counter failed', 'demo/Counter ready']);
  expect(screen.getByText('{"type":"bar"}')).toBeTruthy();
  await act(async () => rerender(page(both({}))));
  expect(frames()).toEqual(['demo/Counter ready', 'demo/Counter ready']);
  expect(screen.getByText('{"type":"line"}')).toBeTruthy();
});

test('ignores a schema that has faults', async () => {
  const { show } = openPage({}, Shown, { schema: { ...schema, if: {} } });
  await show(panel({ type: 'bars' }));
  expect(await screen.findByText('{"type":"bars"}')).toBeTruthy();
});

test('shows what the host API found in the config of a panel, beside a panel that works', async () => {
  stubWidth();
  expectConsole(/CONFIG_INVALID/);
  const message = 'dashboards/main.yaml:5:20: config.type is "bars", but must be "line" or "bar".';
  const custom = { type: 'custom', component: 'Counter' };
  const document = {
    panels: [{ ...custom, config: { type: 'bars' } }, custom],
    panel_issues: [{ panel: 0, component: 'Counter', message }],
  };
  const { show } = openPage(document, Shown, { schema });
  await show(<Dashboard pluginId="demo" name="main" />);
  const card = await screen.findByRole('alert');
  expect(card.dataset.code).toBe('CONFIG_INVALID');
  expect(card.textContent).toContain(message);
  expect(frames()).toEqual(['demo/Counter failed', 'demo/Counter ready']);
});
