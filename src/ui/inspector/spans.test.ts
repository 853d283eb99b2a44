import { expect, test, vi } from 'vitest';
import { spansOf } from './spans.ts';

const resource = (path: string, startTime: number, more: object = {}) =>
  ({
    name: new URL(path, location.href).href,
    startTime,
    duration: 20,
    responseStart: startTime + 15,
    decodedBodySize: 3000,
    transferSize: 0,
    ...more,
  }) as PerformanceResourceTiming;

test('finds the steps of a widget’s load among the page’s resources and our own measures', () => {
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([
    resource('/api/plugins/sales/widget/Chart.js?v=abc', 40),
    resource('/api/plugins/sales/widget/Other.js?v=abc', 40),
    resource('/api/plugins?token=planted', 1, { responseStart: 0, decodedBodySize: 0 }),
    resource('/api/plugins/sales/dashboards/main?list', 2),
    resource('/api/widget-runtime/react.js', 41),
    resource('/app.js', 0),
  ]);
  vi.spyOn(performance, 'getEntriesByName').mockImplementation((name) =>
    name === 'NousViz load sales/Chart'
      ? [{ name, startTime: 39.04, duration: 30.06 } as PerformanceEntry]
      : [],
  );
  const found = spansOf({ apiBase: '/api', pluginId: 'sales', component: 'Chart', filename: 'Chart.js' });
  expect(found).toEqual([
    { what: 'list', name: '/api/plugins?token=…', start: 1, duration: 20 },
    {
      what: 'dashboard',
      name: '/api/plugins/sales/dashboards/main?…',
      start: 2,
      duration: 20,
      waiting: 15,
      size: 3000,
      transferred: 0,
    },
    { what: 'load', name: 'sales/Chart', start: 39, duration: 30.1 },
    expect.objectContaining({ what: 'bundle', name: '/api/plugins/sales/widget/Chart.js' }),
    expect.objectContaining({ what: 'shim', name: '/api/widget-runtime/react.js' }),
  ]);
});
