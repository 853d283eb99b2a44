import { createError, errorOf } from './create-error.ts';
import { readDashboard, type DashboardLayout } from './dashboard.ts';
import { failureOfIssue, overLimit, type PLUGIN_LIMITS } from './issues.ts';
import { readManifest, type IsRange, type Manifest } from './manifest.ts';

/**
 * Reads a manifest (CONTRACT M).
 *
 * @param document The parsed `plugin.yaml`.
 * @param folder The name of the plugin's folder.
 * @param isRange Reads the ranges of `engines`. @default every text is a range
 * @throws {WidgetError} `MANIFEST_INVALID` for the first broken rule, with plugin, place, value and rule; `PLUGIN_TOO_LARGE`.
 */
export function parseManifest(document: unknown, folder: string, isRange?: IsRange): Manifest {
  const { manifest, issues } = readManifest(document, folder, isRange);
  const [issue] = issues;
  if (issue || !manifest) throw errorOf(failureOfIssue('MANIFEST_INVALID', issue!, manifest?.id ?? folder));
  return manifest;
}

/**
 * Reads a dashboard document (CONTRACT D1, D3, D5). A panel that breaks a rule stays in its place and carries the issue.
 *
 * @param document The parsed YAML, or its JSON.
 * @throws {WidgetError} `DASHBOARD_INVALID` if the document as a whole cannot be read.
 */
export function parseDashboard(document: unknown, pluginId: string, name: string): DashboardLayout {
  const { layout, issue } = readDashboard(document, name);
  if (!layout) throw errorOf(failureOfIssue('DASHBOARD_INVALID', issue, pluginId));
  return layout;
}

/**
 * Checks one of the {@link PLUGIN_LIMITS}.
 *
 * @param unit The plural of the counted thing, for the message.
 * @throws {WidgetError} `PLUGIN_TOO_LARGE`, with plugin, place, count and limit.
 */
export function checkLimit(
  limit: keyof typeof PLUGIN_LIMITS,
  count: number,
  { pluginId, place, unit }: { pluginId: string | undefined; place: string; unit?: string },
): void {
  const issue = overLimit(limit, count, place, unit);
  if (issue) throw createError('PLUGIN_TOO_LARGE', { pluginId, ...issue });
}

/** The size of a value as JSON, in bytes. */
export const jsonBytes = (value: object): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** The part of a plugin's list entry that its manifest determines (CONTRACT P1). */
const declaredEntry = ({ id, name, display_name, version, dashboards, components }: Manifest) => ({
  id,
  name,
  display_name,
  version,
  dashboards: dashboards.map((dashboard) => ({
    name: dashboard.name,
    ...(dashboard.label && { label: dashboard.label }),
  })),
  frontend: { components },
});

/**
 * Checks the size of a manifest's part of the list entry (CONTRACT M5). The plugin's files may add to the entry.
 *
 * @throws {WidgetError} `PLUGIN_TOO_LARGE`.
 */
export function checkDeclared(manifest: Manifest, pluginId: string): void {
  checkLimit('dashboards', manifest.dashboards.length, { pluginId, place: 'dashboards' });
  const bytes = jsonBytes(declaredEntry(manifest));
  checkLimit('entry', bytes, { pluginId, place: 'Its entry in the list', unit: 'bytes' });
}
