import { freezeCopy, isRecord, type Config } from './data.ts';
import { collectIn, isMatch, type BrokenRule, type ConfigIssue, type Issue, type Report } from './issues.ts';
import type { Rule } from './rules.ts';

/** The largest number of panels on a dashboard (CONTRACT D5). */
export const MAX_PANELS = 1000;

/** One panel of a dashboard. */
export interface Panel {
  /** Unique in its dashboard, and the same in later versions of the document. */
  key: string;
  /** `custom`, or a type that the host renders (CONTRACT D3). */
  type: string;
  label?: string;
  /** The component's name as the document spells it, for `custom` panels. */
  component?: string;
  /** The component's config, with `live` and `refresh_seconds` passed through (CONTRACT D1). */
  config: Config;
  /** A frozen copy of the panel in the document. */
  source: Config;
  /** The reason why this panel cannot be shown; the others can. */
  issue?: Issue | ConfigIssue;
}

/** A panel's place in its row: a share of the width, or an area on 12 columns as CSS `grid-area` writes it. */
export interface Cell {
  panel: Panel;
  width?: number;
  area?: string;
}

/** Panels side by side, as wide as their shares, or panels on a grid of 12 columns. */
export interface Row {
  /** That of an earlier version of the row; absent if it is the key of the first panel. */
  key?: string;
  grid: boolean;
  cells: Cell[];
}

/** A dashboard, ready to be shown. */
export interface DashboardLayout {
  name: string;
  title?: string;
  rows: Row[];
}

/** The key of a document under which the host API lists what is wrong with its panels, {@link PanelIssue}. */
export const PANEL_ISSUES = 'panel_issues';

/**
 * Why a panel becomes a card: the file has a value that JSON cannot carry, or the panel's config is not one that its component's schema
 * accepts.
 */
export type PanelIssue = (BrokenRule | ConfigIssue) & {
  /** The panel's index in the document. */
  panel: number;
};

const stringOf = (value: unknown) =>
  isMatch(/./, value) ? value : typeof value === 'number' ? String(value) : undefined;

/** Reads a panel of the document. Reports a panel that breaks a rule, and returns `undefined`. */
function readPanel(entry: unknown, key: string, place: string, report: Report): Panel | undefined {
  if (!isRecord(entry)) return report({ place, value: entry, rule: 'mapping' });
  const source = freezeCopy(entry);
  if (!source) return report({ place, value: 'deeper', rule: 'depth' });
  const type = stringOf(source.type);
  if (!type) return report({ place: `${place}.type`, value: source.type, rule: 'string' });
  const label = stringOf(source.label) ?? stringOf(source.title);
  const config = source.config ?? source.props ?? {};
  if (!isRecord(config)) return report({ place: `${place}.config`, value: config, rule: 'mapping' });
  const panel = { key, type, config, source, ...(label && { label }) };
  if (type !== 'custom') return panel;
  const component = stringOf(source.component ?? config.component);
  if (!component) return report({ place: `${place}.component`, value: source.component, rule: 'string' });
  const { live, refresh_seconds } = source;
  if (live === undefined && refresh_seconds === undefined) return { ...panel, component };
  const passed = {
    ...config,
    ...(live !== undefined && { live }),
    ...(refresh_seconds !== undefined && { refresh_seconds }),
  };
  return { ...panel, component, config: freezeCopy(passed)! };
}

const number = (value: unknown, fallback: number) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fallback;

const clamp = (value: unknown, fallback: number, min: number, max: number) =>
  Math.min(max, Math.max(min, Math.round(number(value, fallback))));

/**
 * Groups panels into rows. A panel without a position gets a row of its own, after the row of the previous panel; `stat` panels
 * without one that follow each other share a row (CONTRACT D1).
 */
function toRows(panels: Panel[]): Row[] {
  const lines: { order: number; open: boolean; stats?: boolean; cells: (Cell & { col: number })[] }[] = [];
  const boxes: { panel: Panel; x: number; y: number; right: number; bottom: number }[] = [];
  let order = Number.NEGATIVE_INFINITY;
  for (const panel of panels) {
    const { position, layout } = panel.source;
    const place = isRecord(position) ? position : undefined;
    const box = isRecord(layout) ? layout : place && 'w' in place ? place : undefined;
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
    order = number(place?.row, order);
    const cell = { panel, width: Math.max(0.25, number(place?.width, 1)), col: number(place?.col, 0) };
    const stats = !place && panel.type === 'stat';
    const last = lines.at(-1);
    const shared = stats && last?.stats ? last : undefined;
    const line = place ? lines.find((other) => other.open && other.order === order) : shared;
    if (line) line.cells.push(cell);
    else lines.push({ order, open: Boolean(place), stats, cells: [cell] });
  }
  // Sorting is stable, so a panel without a position stays where it was written.
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

/** A dashboard, or the reason why the document as a whole cannot be read. */
export type ReadDashboard = { layout: DashboardLayout; issue?: never } | { layout?: never; issue: Issue };

const isEmpty = (value: unknown) =>
  Array.isArray(value) ? value.length === 0 : value === undefined || value === null;

/** The key of the list from which {@link readDashboard} reads the panels of a document. */
export const panelsKey = ({ panels, widgets }: Readonly<Record<string, unknown>>): 'panels' | 'widgets' =>
  isEmpty(panels) && !isEmpty(widgets) ? 'widgets' : 'panels';

/**
 * Reads a dashboard document, in its `panels:` or its `widgets:` form (CONTRACT D1, D3, D5).
 * A panel that breaks a rule stays in its place and carries the issue.
 *
 * @param document The parsed YAML, or its JSON.
 */
export function readDashboard(document: unknown, name: string): ReadDashboard {
  const fail = (place: string, value: unknown, rule: Rule) => ({ issue: { place, value, rule } });
  if (!isRecord(document)) return fail(name, document, 'mapping');
  const list = panelsKey(document);
  const entries = document[list] ?? [];
  const place = `${name}: ${list}`;
  if (!Array.isArray(entries)) return fail(place, entries, 'list');
  if (entries.length > MAX_PANELS) return fail(place, entries.length, 'panels');
  const found = document[PANEL_ISSUES];
  const panels = entries.map((entry: unknown, index): Panel => {
    const key = String(index);
    const issues: Issue[] = [];
    const panel =
      readPanel(entry, key, `${place}[${index}]`, collectIn(issues)) ??
      unreadablePanel(entry, key, issues[0]!);
    const panelIssue: unknown =
      Array.isArray(found) && found.find((one: { panel?: unknown } | null) => one?.panel === index);
    return panelIssue ? { ...panel, issue: panelIssue as Issue } : panel;
  });
  const title = stringOf(document.title) ?? stringOf(document.label);
  return { layout: { name, ...(title && { title }), rows: toRows(panels) } };
}

function unreadablePanel(entry: unknown, key: string, issue: Issue): Panel {
  const { type, component } = isRecord(entry) ? entry : {};
  const named = stringOf(component);
  const panel = { key, type: stringOf(type) ?? 'panel', config: {}, source: {}, issue };
  return named ? { ...panel, component: named } : panel;
}
