import { expect, test } from 'vitest';
import { PANELS, parseDashboard, type Row } from './dashboard.ts';
import { tell } from './messages.ts';

const parse = (document: unknown) => parseDashboard(document, 'sales', 'main');
const panels = (...list: unknown[]) =>
  parse({ panels: list }).rows.flatMap((row) => row.cells.map(({ panel }) => panel));
const shape = (rows: Row[]) => rows.map((row) => row.cells.map(({ panel }) => panel.source.id));
const custom = (fields: object) => ({ type: 'custom', component: 'Chart', ...fields });
const at = (id: string, position?: object, type = 'stat') => ({ id, type, ...(position && { position }) });

test('reads custom panels with config, older props, label and title', () => {
  const [a, b, c] = panels(
    custom({ label: 'A', config: { n: 1 } }),
    custom({ title: 'B', props: { n: 2 } }),
    custom({ config: null }),
  );
  expect(a).toMatchObject({ component: 'Chart', label: 'A', config: { n: 1 } });
  expect(b).toMatchObject({ label: 'B', config: { n: 2 } });
  expect(c!.config).toEqual({});
});

test('passes live and refresh_seconds through in config', () => {
  expect(panels(custom({ live: true, refresh_seconds: 30, config: { n: 1 } }))[0]!.config).toEqual({
    n: 1,
    live: true,
    refresh_seconds: 30,
  });
});

test('never lets a component inside config replace the panel’s own', () => {
  expect(panels(custom({ config: { component: 'Other' } }))[0]).toMatchObject({
    component: 'Chart',
    config: { component: 'Other' },
  });
});

test('reads the widgets form', () => {
  const spec = parse({ title: 'T', widgets: [{ type: 'custom', config: { component: 'Chart', n: 1 } }] });
  expect(spec.title).toBe('T');
  expect(spec.rows[0]!.cells[0]!.panel).toMatchObject({ component: 'Chart', config: { n: 1 } });
});

test.each([{}, { panels: null }, { panels: [] }])('reads the widgets form beside %j', (beside) => {
  expect(parse({ ...beside, widgets: [{ type: 'stat', label: 2024 }] }).rows[0]?.cells[0]?.panel.label).toBe(
    '2024',
  );
});

test('keeps every other type for the host, whole', () => {
  expect(panels({ type: 'stat', sql: 'SELECT 1', config: { unit: 'kg' } })[0]).toMatchObject({
    type: 'stat',
    config: { unit: 'kg' },
    source: { sql: 'SELECT 1' },
  });
  expect(panels({ type: 'stat' })[0]).not.toHaveProperty('component');
});

test('freezes what it copies', () => {
  const inner = { list: [{ n: 1 }] };
  const [panel] = panels(custom({ config: inner, live: true }));
  expect(Object.isFrozen(panel!.config)).toBe(true);
  expect(Object.isFrozen(panel!.config.list)).toBe(true);
  expect(Object.isFrozen(inner)).toBe(false);
});

test('orders rows by row and panels by col', () => {
  const { rows } = parse({
    panels: [
      at('d', { row: 2, col: 1 }),
      at('b', { row: 1, col: 3, width: 1 }),
      at('a', { row: 1, col: 1, width: 3 }),
    ],
  });
  expect(shape(rows)).toEqual([['a', 'b'], ['d']]);
  expect(rows[0]).toMatchObject({ grid: false, cells: [{ width: 3 }, { width: 1 }] });
});

test('gives a panel without a place a row of its own where it was written', () => {
  const { rows } = parse({
    panels: [
      at('first'),
      at('a', { row: 1 }),
      at('x', undefined, 'custom'),
      at('b', { row: 1 }),
      at('y'),
      at('z', { row: 0 }),
    ].map((panel) => ({ ...panel, component: 'Chart' })),
  });
  expect(shape(rows)).toEqual([['first'], ['z'], ['a', 'b'], ['x'], ['y']]);
});

test('places layouts on 12 columns', () => {
  const box = (id: string, x: number, y: number, w: number, h: number) => ({
    id,
    type: 'stat',
    layout: { x, y, w, h },
  });
  const { rows } = parse({
    widgets: [box('c', 6, 2, 6, 2), box('a', 0, 0, 6, 4), box('b', 6, 0, 6, 2), box('d', 0, 90, 40, 1)],
  });
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    grid: true,
    cells: [
      { panel: { source: { id: 'a' } }, area: '1 / 1 / 3 / 7' },
      { panel: { source: { id: 'b' } }, area: '1 / 7 / 2 / 13' },
      { panel: { source: { id: 'c' } }, area: '2 / 7 / 3 / 13' },
      { panel: { source: { id: 'd' } }, area: '4 / 1 / 5 / 13' },
    ],
  });
});

test.each([
  ['no mapping', 'Chart', /panels\[1\] is "Chart"/],
  ['no type', { config: {} }, /panels\[1\]\.type is missing/],
  ['a type that is no text', { type: [] }, /panels\[1\]\.type/],
  ['no component', { type: 'custom' }, /panels\[1\]\.component is missing/],
  ['a component that is no text', { type: 'custom', component: {} }, /panels\[1\]\.component/],
  ['a config that is no mapping', custom({ config: [1] }), /panels\[1\]\.config is \[1\]/],
])('keeps the place of a panel with %s, and its neighbours', (_, entry, message) => {
  const list = panels(custom({}), entry, custom({}));
  expect(list.map(({ error }) => Boolean(error))).toEqual([false, true, false]);
  tell(list[1]!.error!);
  expect(list[1]!.error).toMatchObject({
    code: 'DASHBOARD_INVALID',
    pluginId: 'sales',
    message: expect.stringMatching(message),
  });
});

test('bounds depth and the number of panels', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 50_000; level += 1) deep = { deep };
  expect(panels(custom({ config: deep }))[0]!.error?.details.rule).toBe('depth');
  expect(() => parse({ panels: Array.from({ length: PANELS + 1 }, () => ({ type: 'stat' })) })).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ rule: 'panels' }) }),
  );
});

test.each([null, 'text', [], { panels: {} }, { panels: 'x' }])('refuses %j as a dashboard', (document) => {
  expect(() => parse(document)).toThrow(
    expect.objectContaining({ code: 'DASHBOARD_INVALID', pluginId: 'sales' }),
  );
});

test('shows a dashboard without panels as empty', () => {
  expect(parse({ title: 'Empty' })).toEqual({ name: 'main', title: 'Empty', rows: [] });
});
