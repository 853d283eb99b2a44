import { describeSettings, type ConfigSchema, type SettingRow } from '../config/index.ts';
import { readPlugin } from '../dev/index.ts';
import { UsageError } from '../dev/usage-error.ts';

const cell = (text: string) =>
  text
    .replaceAll('|', String.raw`\|`)
    .replaceAll(/\s+/g, ' ')
    .trim();

const columnsOf = ({ name, type, isRequired, byDefault, description = '' }: SettingRow) =>
  [
    `\`${name}\``,
    type,
    isRequired ? 'required' : byDefault === undefined ? '' : `\`${byDefault}\``,
    description,
  ].map(cell);

/** A Markdown table of a component's settings, as Prettier formats it. */
export function settingsTable(schema: ConfigSchema): string {
  const rows = [['setting', 'value', 'default', 'meaning'], ...describeSettings(schema).map(columnsOf)];
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const lineOf = (row: readonly string[]) =>
    `| ${row.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
  const [head, ...body] = rows.map(lineOf);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

/**
 * Lists the settings of a plugin's components in Markdown, for its README.
 *
 * @param dir the plugin's folder, absolute.
 * @throws {UsageError} if no component has a schema.
 */
export async function formatSettings(dir: string): Promise<string> {
  const { components } = await readPlugin(dir);
  const parts = components.flatMap(({ name, config }) =>
    config ? [`### ${name}\n\n${settingsTable(config)}`] : [],
  );
  if (parts.length === 0)
    throw new UsageError(
      'No component in plugin.yaml has settings. Export them from the widget as "config", then build it: npx nousviz-widget build',
    );
  return parts.join('\n\n');
}
