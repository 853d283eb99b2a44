import type { TrustHistoryRecord } from '../contract/index.ts';

/** A beginning of a cell that spreadsheets read as a formula. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Writes a cell (RFC 4180). A quote before a formula makes it text, since a plugin or an operator may have chosen it. */
export function csvCell(value: string): string {
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The first line of the record as CSV. */
export const CSV_HEADER = 'at,who,plugin_id,act,sandboxed,via,bundles,version,declined,declined_version\r\n';

const hashesIn = (bundles: TrustHistoryRecord['bundles']) =>
  Object.entries(bundles)
    .map(([file, sha256]) => `${file}=${sha256}`)
    .join(' ');

/** Writes a record as a line of CSV; `bundles` and `declined` have `File.js=<sha256>` for each file, with spaces between them. */
export function csvLine({
  at,
  who,
  plugin_id,
  act,
  sandboxed,
  via,
  bundles,
  version = '',
  declined = {},
  declined_version = '',
}: TrustHistoryRecord): string {
  const named = [hashesIn(bundles), version, hashesIn(declined), declined_version];
  const cells = [at, who, plugin_id, act, String(sandboxed === true), via, ...named];
  return `${cells.map(csvCell).join(',')}\r\n`;
}
