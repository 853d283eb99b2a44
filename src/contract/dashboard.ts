import { freezeCopy, isRecord, type Config } from './data.ts';
import type { WidgetError } from './errors.ts';
import { checkOf, isMatch, type Check } from './manifest.ts';

/** The most panels that a dashboard may have (CONTRACT D5). */
export const PANELS = 1000;

/** One panel of a dashboard. */
export interface Panel {
  /** Unique in its dashboard, stable while the document is. */
  key: string;
  /** `custom`, or a type that is the host's (CONTRACT D3). */
  type: string;
  label?: string;
  /** The component's name as the document gives it, for `custom` panels. */
  component?: string;
  /** What the component receives; `live` and `refresh_seconds` are passed through in it (CONTRACT D1). */
  config: Config;
  /** The document's own panel, a frozen copy. */
  source: Config;
  /** Why this panel cannot be shown; its neighbours are not concerned. */
  error?: WidgetError;
}

/** A panel's place in its row: a share of the width, or an area on 12 columns as CSS `grid-area` writes it. */
export interface Cell {
  panel: Panel;
  width?: number;
  area?: string;
}

/** Panels side by side, as wide as their shares, or panels on a grid of 12 columns. */
export interface Row {
  grid: boolean;
  cells: Cell[];
}

/** A dashboard, ready to be shown. */
export interface DashboardSpec {
  name: string;
  title?: string;
  rows: Row[];
}

const text = (value: unknown) =>
  isMatch(/./, value) ? value : typeof value === 'number' ? String(value) : undefined;

function parsePanel(entry: unknown, key: string, place: string, given: Check): Panel {
  const check: Check = given;
  check(isRecord(entry), place, entry, 'mapping');
  const source = freezeCopy(entry, () => check(false, place, 'deeper', 'depth') as never);
  const type = text(source.type);
  check(type, `${place}.type`, source.type, 'text');
  const label = text(source.label) ?? text(source.title);
  const config = source.config ?? source.props ?? {};
  check(isRecord(config), `${place}.config`, config, 'mapping');
  const panel = { key, type, config, source, ...(label && { label }) };
  if (type !== 'custom') return panel;
  const component = text(source.component ?? config.component);
  check(component, `${place}.component`, source.component, 'text');
  const { live, refresh_seconds } = source;
  if (live === undefined && refresh_seconds === undefined) return { ...panel, component };
  const passed = {
    ...config,
    ...(live !== undefined && { live }),
    ...(refresh_seconds !== undefined && { refresh_seconds }),
  };
  return { ...panel, component, config: freezeCopy(passed, () => undefined as never) };
}

const number = (value: unknown, fallback: number) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fallback;

const clamp = (value: unknown, fallback: number, least: number, most: number) =>
  Math.min(most, Math.max(least, Math.round(number(value, fallback))));

/** Groups panels into rows. A panel without a place has a row of its own, behind that of the panel before it. */
function toRows(panels: Panel[]): Row[] {
  const lines: { order: number; open: boolean; cells: (Cell & { col: number })[] }[] = [];
  const boxes: { panel: Panel; x: number; y: number; right: number; bottom: number }[] = [];
  let order = Number.NEGATIVE_INFINITY;
  for (const panel of panels) {
    const { position, layout } = panel.source;
    const spot = isRecord(position) ? position : undefined;
    const box = isRecord(layout) ? layout : spot && 'w' in spot ? spot : undefined;
    if (box) {
      const x = clamp(box.x, 0, 0, 11);
      const y = clamp(box.y, 0, 0, 1e6);
      boxes.push({
        panel,
        x,
        y,
        right: x + clamp(box.w, 12, 1, 12 - x),
        bottom: y + clamp(box.h, 1, 1, 1e6),
      });
      continue;
    }
    order = number(spot?.row, order);
    const cell = { panel, width: Math.max(0.25, number(spot?.width, 1)), col: number(spot?.col, 0) };
    const line = spot && lines.find((other) => other.open && other.order === order);
    if (line) line.cells.push(cell);
    else lines.push({ order, open: Boolean(spot), cells: [cell] });
  }
  // Sorting is stable, so what has no place of its own stays where it was written.
  const rows = lines
    .toSorted((a, b) => (a.order === b.order ? 0 : a.order - b.order))
    .map(({ cells }): Row => ({ grid: false, cells: cells.toSorted((a, b) => a.col - b.col) }));
  if (boxes.length === 0) return rows;
  // Only the edges that panels have become grid lines, so that empty stretches of `y` cost no space.
  const edges = [...new Set(boxes.flatMap(({ y, bottom }) => [y, bottom]))].toSorted((a, b) => a - b);
  const line = (edge: number) => edges.indexOf(edge) + 1;
  const cells = boxes
    .toSorted((a, b) => a.y - b.y || a.x - b.x)
    .map(({ panel, x, y, right, bottom }) => ({
      panel,
      area: `${line(y)} / ${x + 1} / ${line(bottom)} / ${right + 1}`,
    }));
  return [...rows, { grid: true, cells }];
}

/**
 * Reads a dashboard document, in its `panels:` or its `widgets:` form (CONTRACT D1, D3, D5).
 * A panel that cannot be read keeps its place and carries the error.
 *
 * @param document The parsed YAML, or the JSON the host API made of it.
 * @throws {WidgetError} `DASHBOARD_INVALID` if the document as a whole cannot be read.
 */
export function parseDashboard(document: unknown, pluginId: string, name: string): DashboardSpec {
  const check: Check = checkOf('DASHBOARD_INVALID', pluginId);
  check(isRecord(document), name, document, 'mapping');
  const isEmpty = (value: unknown) =>
    Array.isArray(value) ? value.length === 0 : value === undefined || value === null;
  const list = isEmpty(document.panels) && !isEmpty(document.widgets) ? 'widgets' : 'panels';
  const entries = document[list] ?? [];
  const place = `${name}: ${list}`;
  check(Array.isArray(entries), place, entries, 'list');
  check(entries.length <= PANELS, place, entries.length, 'panels');
  const panels = entries.map((entry: unknown, index): Panel => {
    const key = String(index);
    try {
      return parsePanel(entry, key, `${place}[${index}]`, check);
    } catch (error) {
      const { type, component } = isRecord(entry) ? entry : {};
      const named = text(component);
      return {
        key,
        type: text(type) ?? 'panel',
        ...(named && { component: named }),
        config: {},
        source: {},
        error: error as WidgetError,
      };
    }
  });
  const title = text(document.title) ?? text(document.label);
  return { name, ...(title && { title }), rows: toRows(panels) };
}
