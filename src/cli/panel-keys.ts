import type { Panel } from '../contract/index.ts';

const ALL = [
  'type',
  'id',
  'label',
  'title',
  'description',
  'position',
  'layout',
  'config',
  'props',
  'live',
  'refresh_seconds',
];
const QUERY = ['sql', 'query', 'engine', 'db_engine', 'database', 'rows', 'data', 'format', 'fallback_empty'];
const CHART = ['x_key', 'y_key', 'x_label', 'y_label', 'x', 'y', 'x_axis', 'y_axis', 'series'];

/** The keys of the panels whose keys are known: those of dashboards on NousViz, and those that the demo reads (CONTRACT D1, D7). */
const KEYS = new Map<string, readonly string[]>([
  ['custom', ['component']],
  ['table', [...QUERY, 'columns']],
  ['line_chart', [...QUERY, ...CHART]],
  ['bar_chart', [...QUERY, ...CHART]],
  ['stat', [...QUERY, 'value', 'unit', 'prefix', 'suffix', 'compare_to', 'compare_period_label']],
]);

/** The keys of a panel that no panel of its type has, and the keys that it may have; none for types of the host's own. */
export function unknownKeys({ type, source }: Panel): { unknown: string[]; known: readonly string[] } {
  const own = KEYS.get(type);
  const known = [...ALL, ...(own ?? [])];
  return { known, unknown: own ? Object.keys(source).filter((key) => !known.includes(key)) : [] };
}
