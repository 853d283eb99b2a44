import { isRecord, PANEL_ISSUES, panelsKey, type PanelIssue } from '../contract/index.ts';
import { isDashboardText } from './text-fields.ts';
import { readYaml, type UncarriedValue, type YamlFile } from './yaml.ts';

/** The content of a dashboard's file. */
export interface DashboardFile {
  /** The document, with the list of the values that JSON cannot carry; the panels that have them become cards. */
  document: unknown;
  /** The same values, with their places. */
  lost: readonly UncarriedValue[];
}

/** The index of the panel that has a value; `undefined` for a value outside of the panels. */
export const panelOf = ({ path: [list, index] }: UncarriedValue): number | undefined =>
  (list === 'panels' || list === 'widgets') && typeof index === 'number' ? index : undefined;

/** The first lost value of each panel, for the document. */
function lostOfPanels(list: string, lost: readonly UncarriedValue[]): PanelIssue[] {
  const first = new Map<number, PanelIssue>();
  for (const value of lost) {
    const panel = value.path[0] === list ? panelOf(value) : undefined;
    if (panel === undefined || first.has(panel)) continue;
    const { place, written, rule } = value;
    first.set(panel, { panel, place, value: null, written, rule });
  }
  return [...first.values()];
}

/**
 * Reads a dashboard's file, and finds the values that cannot reach a widget as the file has them (CONTRACT D5).
 *
 * @param path The absolute path of the file.
 * @throws {WidgetError} `YAML_INVALID`, naming plugin, file, line and column.
 */
export async function readDashboardFile(path: string, file: YamlFile): Promise<DashboardFile> {
  const lost: UncarriedValue[] = [];
  const document = await readYaml(path, file, {
    isText: isDashboardText,
    report(value) {
      lost.push(value);
      return panelOf(value) !== undefined;
    },
  });
  if (!isRecord(document)) return { document, lost };
  const { [PANEL_ISSUES]: _, ...own } = document;
  const ofPanels = lostOfPanels(panelsKey(document), lost);
  return { document: ofPanels.length > 0 ? { ...own, [PANEL_ISSUES]: ofPanels } : own, lost };
}
