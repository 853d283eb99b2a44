import { expect, test } from 'vitest';
import { readDashboard } from '../contract/index.ts';
import { keepPanels, rowKeyOf } from './keep-panels.ts';

const layoutOf = (...panels: object[]) => readDashboard({ panels }, 'main').layout!;
const panel = (component: string, rest: object = {}) => ({ type: 'custom', component, ...rest });
const at = (row: number, col: number) => ({ position: { row, col } });

/** Returns the keys of the panels by component, each with the key of its row. */
const keysOf = ({ rows }: ReturnType<typeof layoutOf>) =>
  rows.flatMap((row) =>
    row.cells.map(({ panel: { component, key } }) => `${component} ${key} in ${rowKeyOf(row)}`),
  );

test.each<[string, object[], object[], string[]]>([
  ['nothing changes', [panel('A'), panel('B')], [panel('A'), panel('B')], ['A 0 in 0', 'B 1 in 1']],
  ['one comes first', [panel('A')], [panel('B'), panel('A')], ['B 1 in 2', 'A 0 in 0']],
  ['one goes', [panel('A'), panel('B')], [panel('B')], ['B 1 in 1']],
  ['a config changes', [panel('A', { config: { n: 1 } })], [panel('A', { config: { n: 2 } })], ['A 0 in 0']],
  [
    'an equal component comes before',
    [panel('A', { label: 'x' })],
    [panel('A', { label: 'new' }), panel('A', { label: 'x' })],
    ['A 1 in 2', 'A 0 in 0'],
  ],
  [
    'a component changes its config and has an id',
    [panel('A', { id: 'one' }), panel('A', { id: 'two' })],
    [panel('A', { id: 'two', label: 'x' }), panel('A', { id: 'one', label: 'y' })],
    ['A 1 in 1', 'A 0 in 0'],
  ],
  [
    'one comes first in a row',
    [panel('A', at(0, 0)), panel('B', at(0, 1))],
    [panel('C', at(0, 0)), panel('A', at(0, 1)), panel('B', at(0, 2))],
    ['C 2 in 0', 'A 0 in 0', 'B 1 in 0'],
  ],
  [
    'the first one of a row moves',
    [panel('A', at(0, 0)), panel('B', at(0, 1))],
    [panel('B', at(0, 1)), panel('A', at(1, 0))],
    ['B 1 in 0', 'A 0 in 2'],
  ],
])('panels keep their keys if %s', (_, before, next, expected) => {
  const old = layoutOf(...before);
  const kept = keepPanels(old, layoutOf(...next));
  expect(keysOf(kept)).toEqual(expected);
  const keys = kept.rows.flatMap(({ cells }) => cells.map(({ panel: { key } }) => key));
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(kept.rows.map(rowKeyOf)).size).toBe(kept.rows.length);
});

test('an unchanged panel is the same object', () => {
  const old = layoutOf(panel('A'), panel('B', { label: 'x' }));
  const kept = keepPanels(old, layoutOf(panel('A'), panel('B', { label: 'y' })));
  const panelsOf = ({ rows }: typeof old) => rows.flatMap(({ cells }) => cells.map((cell) => cell.panel));
  expect(panelsOf(kept)[0]).toBe(panelsOf(old)[0]);
  expect(panelsOf(kept)[1]).toMatchObject({ key: '1', label: 'y' });
});

test('keys stay unique over many versions', () => {
  let layout = layoutOf(panel('A', at(0, 0)), panel('B', at(0, 1)), panel('C', at(1, 0)));
  for (let round = 0; round < 200; round += 1) {
    const names = ['A', 'B', 'C', 'D', 'E'].filter((_, index) => (round * 7 + index * 3) % 4 > 0);
    layout = keepPanels(
      layout,
      layoutOf(...names.map((name, index) => panel(name, at((index * round) % 3, index)))),
    );
    const keys = layout.rows.flatMap(({ cells }) => cells.map((cell) => cell.panel.key));
    expect(new Set(keys).size).toBe(names.length);
    expect(new Set(layout.rows.map(rowKeyOf)).size).toBe(layout.rows.length);
  }
});
