import { expect, test } from 'vitest';
import { MAX_PANELS, readDashboard, type Row } from './dashboard.ts';

/** Reads the layout of a valid document. */
function layoutOf(document: unknown) {
  const { layout, issue } = readDashboard(document, 'main');
  expect(issue).toBeUndefined();
  return layout!;
}
const panels = (...list: unknown[]) =>
  layoutOf({ panels: list }).rows.flatMap((row) => row.cells.map(({ panel }) => panel));
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
  const layout = layoutOf({
    title: 'T',
    widgets: [{ type: 'custom', config: { component: 'Chart', n: 1 } }],
  });
  expect(layout.title).toBe('T');
  expect(layout.rows[0]!.cells[0]!.panel).toMatchObject({ component: 'Chart', config: { n: 1 } });
});

test.each([{}, { panels: null }, { panels: [] }])('reads the widgets form beside %j', (beside) => {
  expect(
    layoutOf({ ...beside, widgets: [{ type: 'stat', label: 2024 }] }).rows[0]?.cells[0]?.panel.label,
  ).toBe('2024');
});

test('leaves panels of other types to the host, with all their fields', () => {
  expect(panels({ type: 'stat', sql: 'SELECT 1', config: { unit: 'kg' } })[0]).toMatchObject({
    type: 'stat',
    config: { unit: 'kg' },
    source: { sql: 'SELECT 1' },
  });
  expect(panels({ type: 'stat' })[0]).not.toHaveProperty('component');
});

test('freezes its copies', () => {
  const inner = { list: [{ n: 1 }] };
  const [panel] = panels(custom({ config: inner, live: true }));
  expect(Object.isFrozen(panel!.config)).toBe(true);
  expect(Object.isFrozen(panel!.config.list)).toBe(true);
  expect(Object.isFrozen(inner)).toBe(false);
});

test('orders rows by row and panels by col', () => {
  const { rows } = layoutOf({
    panels: [
      at('d', { row: 2, col: 1 }),
      at('b', { row: 1, col: 3, width: 1 }),
      at('a', { row: 1, col: 1, width: 3 }),
    ],
  });
  expect(shape(rows)).toEqual([['a', 'b'], ['d']]);
  expect(rows[0]).toMatchObject({ grid: false, cells: [{ width: 3 }, { width: 1 }] });
});

test('puts a panel without a position into a row of its own, in the order of the document', () => {
  const { rows } = layoutOf({
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

test('stat panels without a position that follow each other share a row', () => {
  const { rows } = layoutOf({
    panels: [at('a'), at('b'), at('t', undefined, 'table'), at('c'), at('p', { row: 0 }), at('d'), at('e')],
  });
  expect(shape(rows)).toEqual([['a', 'b'], ['t'], ['c'], ['p'], ['d', 'e']]);
  expect(rows[0]).toMatchObject({ grid: false, cells: [{ width: 1 }, { width: 1 }] });
});

test('places layouts on 12 columns', () => {
  const box = (id: string, x: number, y: number, w: number, h: number) => ({
    id,
    type: 'stat',
    layout: { x, y, w, h },
  });
  const { rows } = layoutOf({
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
  ['no mapping', 'Chart', '', 'mapping'],
  ['no type', { config: {} }, '.type', 'string'],
  ['a type that is no string', { type: [] }, '.type', 'string'],
  ['no component', { type: 'custom' }, '.component', 'string'],
  ['a component that is no string', { type: 'custom', component: {} }, '.component', 'string'],
  ['a config that is no mapping', custom({ config: [1] }), '.config', 'mapping'],
])('leaves a panel with %s, and its neighbours, in place', (_, entry, field, rule) => {
  const list = panels(custom({}), entry, custom({}));
  expect(list.map(({ issue }) => Boolean(issue))).toEqual([false, true, false]);
  const value = field ? (entry as Record<string, unknown>)[field.slice(1)] : entry;
  expect(list[1]!.issue).toEqual({ place: `main: panels[1]${field}`, value, rule });
});

test('names an unreadable panel by its type and component where they are readable', () => {
  const [broken, odd] = panels(custom({ config: 5 }), 7);
  expect(broken).toMatchObject({ key: '0', type: 'custom', component: 'Chart', config: {}, source: {} });
  expect(odd).toMatchObject({ key: '1', type: 'panel' });
  expect(odd).not.toHaveProperty('component');
});

test('limits depth and the number of panels', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 50_000; level += 1) deep = { deep };
  expect(panels(custom({ config: deep }))[0]!.issue).toMatchObject({
    place: 'main: panels[0]',
    rule: 'depth',
  });
  const document = (count: number) => ({ panels: Array.from({ length: count }, () => ({ type: 'table' })) });
  expect(layoutOf(document(MAX_PANELS)).rows).toHaveLength(MAX_PANELS);
  expect(readDashboard(document(MAX_PANELS + 1), 'main')).toEqual({
    issue: { place: 'main: panels', value: MAX_PANELS + 1, rule: 'panels' },
  });
});

test.each([
  [null, 'main', 'mapping'],
  ['text', 'main', 'mapping'],
  [[], 'main', 'mapping'],
  [{ panels: {} }, 'main: panels', 'list'],
  [{ panels: 'x' }, 'main: panels', 'list'],
  [{ widgets: 'x' }, 'main: widgets', 'list'],
])('refuses %j as a dashboard', (document, place, rule) => {
  expect(readDashboard(document, 'main')).toMatchObject({ issue: { place, rule } });
});

test('reads a dashboard without panels as empty', () => {
  expect(layoutOf({ title: 'Empty' })).toEqual({ name: 'main', title: 'Empty', rows: [] });
});
