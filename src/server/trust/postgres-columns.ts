import type { Row } from './postgres-client.ts';
import type { statementsFor } from './postgres-statements.ts';
import { TrustStoreError } from './store-error.ts';

const EXPECTED_COLUMNS = ['plugin_id', 'key', 'value', 'updated_at'];

/** Checks the columns of `plugin_settings`. @returns The message of the error, or `undefined` if they are those of NousViz. */
export function columnsProblem(schema: string, columns: Row[]): string | undefined {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  if (EXPECTED_COLUMNS.every((name) => types.has(name)) && types.get('value') === 'jsonb') return undefined;
  const found = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  return (
    `Trust is stored in NousViz’s own table "${schema}".plugin_settings (plugin_id, key, value jsonb, updated_at); ` +
    `${found === '' ? 'it does not exist or cannot be read' : `its columns are ${found}`}. ` +
    'Run the migrations of NousViz, or name its schema with the option "schema".'
  );
}

/** PostgreSQL's code for a right that the user lacks. */
const NO_RIGHT = '42501';

/** Makes the error of tables or columns that the server's user may not add. */
export function cannotPrepare(
  { audited, alterAudit }: ReturnType<typeof statementsFor>,
  missing: Row[],
  thrown: unknown,
): unknown {
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  if (code !== NO_RIGHT) return thrown;
  const named = (isColumn: boolean) =>
    missing.filter(({ is_column }) => is_column === isColumn).map(({ name }) => String(name));
  const tables = named(false);
  // A missing table lacks all of its columns.
  const columns = tables.includes(audited) ? [] : named(true).toSorted();
  const facts = [
    tables.length > 0 && `The database lacks the tables ${tables.join(', ')}`,
    columns.length > 0 && `The table ${audited} lacks the columns ${columns.join(', ')}`,
  ];
  const remedy =
    tables.length > 0
      ? 'Start this server once as a user that may create tables in the schema.'
      : `Let the owner of the table run: ${alterAudit};`;
  return new TrustStoreError(
    `${facts.filter(Boolean).join('. ')}, and the user of this server may not add them (${String(message)}). ${remedy}`,
    thrown,
  );
}
