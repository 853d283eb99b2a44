import type { DashboardLayout, Panel, Row } from '../contract/index.ts';

/** Returns the key of a row: its own, or that of its first panel. */
export const rowKeyOf = ({ key, cells }: Row): string => key ?? cells[0]!.panel.key;

const panelsOf = ({ rows }: DashboardLayout) => rows.flatMap(({ cells }) => cells.map(({ panel }) => panel));

const textOf = (panel: Panel) => JSON.stringify({ ...panel, key: '' });

const nameOf = ({ source, component, type }: Panel) => JSON.stringify(source.id ?? component ?? type);

/** Finds for each new panel the old one that it continues: an equal one, or one with the same id or component. */
function matchPanels(old: readonly Panel[], panels: readonly Panel[]): Map<Panel, Panel> {
  const rest = new Set(old);
  const matches = new Map<Panel, Panel>();
  for (const read of [textOf, nameOf]) {
    const byText = new Map<string, Panel[]>();
    for (const panel of rest) byText.set(read(panel), [...(byText.get(read(panel)) ?? []), panel]);
    for (const panel of panels) {
      const match = matches.has(panel) ? undefined : byText.get(read(panel))?.shift();
      if (!match) continue;
      rest.delete(match);
      // An equal panel stays the same object, and so it does not render again.
      matches.set(panel, read === textOf ? match : { ...panel, key: match.key });
    }
  }
  return matches;
}

/**
 * Gives the panels and rows of a dashboard's next version the keys that they had before, so that panels keep their state while
 * others come, go or change.
 */
export function keepPanels(before: DashboardLayout, next: DashboardLayout): DashboardLayout {
  const old = panelsOf(before);
  const matches = matchPanels(old, panelsOf(next));
  const rowKeys = new Map(
    before.rows.flatMap((row) => row.cells.map(({ panel }) => [panel.key, rowKeyOf(row)])),
  );
  const free = new Set(rowKeys.values());
  let last = Math.max(-1, ...[...old.map(({ key }) => key), ...free].map(Number));
  const newKey = () => String((last += 1));
  const rows = next.rows.map((row) => {
    const cells = row.cells.map((cell) => ({
      ...cell,
      panel: matches.get(cell.panel) ?? { ...cell.panel, key: newKey() },
    }));
    const known = cells.map(({ panel }) => rowKeys.get(panel.key)!).find((one) => free.delete(one));
    const key = known ?? newKey();
    return { ...row, cells, ...(key !== cells[0]?.panel.key && { key }) };
  });
  return { ...next, rows };
}
