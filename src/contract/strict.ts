import { createError } from './create-error.ts';
import { readDashboard, type DashboardLayout } from './dashboard.ts';
import { readManifest, type Manifest } from './manifest.ts';

/**
 * Reads a manifest (CONTRACT M).
 *
 * @param document The parsed `plugin.yaml`.
 * @param folder The name of the plugin's folder.
 * @throws {WidgetError} `MANIFEST_INVALID` for the first broken rule, with plugin, place, value and rule.
 */
export function parseManifest(document: unknown, folder: string): Manifest {
  const { manifest, issues } = readManifest(document, folder);
  const [issue] = issues;
  if (issue || !manifest)
    throw createError('MANIFEST_INVALID', { pluginId: manifest?.id ?? folder, ...issue! });
  return manifest;
}

/**
 * Reads a dashboard document (CONTRACT D1, D3, D5). A panel that breaks a rule keeps its place and carries the issue.
 *
 * @param document The parsed YAML, or its JSON.
 * @throws {WidgetError} `DASHBOARD_INVALID` if the document as a whole cannot be read.
 */
export function parseDashboard(document: unknown, pluginId: string, name: string): DashboardLayout {
  const { layout, issue } = readDashboard(document, name);
  if (!layout) throw createError('DASHBOARD_INVALID', { pluginId, ...issue });
  return layout;
}
