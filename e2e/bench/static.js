import { readFile } from 'node:fs/promises';
import { asBare, asRemote, asShimmed, asSystem } from './formats.js';
import { DASHBOARDS, panelsOf, stamp } from './plugins.js';

const SHIMS = ['react.js', 'react-jsx-runtime.js'];

/** @typedef {'shimmed' | 'bare' | 'system' | 'remote'} Format */

/** The path of the static files. */
export const STATIC = '/static';

/**
 * The path of a plugin's widget in a format.
 * @param {Format} format
 * @param {string} id
 */
export const widgetUrl = (format, id) => `${STATIC}/${format}/${id}.js`;

/** The path from which a page of the limit requests its rows. */
export const rowsUrl = `${STATIC}/rows.json`;

/**
 * The rows of URLs and configs for a client of the limit, by dashboard.
 * @param {import('./plugins.js').Cell} cell
 */
export function rowsOf(cell) {
  const rowsOfDashboard = (/** @type {'first' | 'second'} */ dashboard) => {
    /** @type {{ url: string, config: object }[][]} */
    const rows = [];
    for (const { component, config, position } of panelsOf(cell, dashboard)) {
      const url = widgetUrl('shimmed', component.slice(0, component.indexOf('/')));
      (rows[position.row] ??= []).push({ url, config });
    }
    return rows;
  };
  return { first: rowsOfDashboard('first'), second: rowsOfDashboard('second') };
}

/** The shims of widgets in the format `shimmed`. */
export const shimUrls = SHIMS.map((file) => `${STATIC}/${file}`);

/**
 * Builds the widget in every format except the library's own.
 * @returns {Promise<Record<Format, string>>}
 */
export async function buildFormats() {
  const [shimmed, bare, system, remote] = await Promise.all([
    asShimmed(STATIC),
    asBare(),
    asSystem(),
    asRemote(),
  ]);
  return { shimmed, bare, system, remote };
}

/**
 * The static files of a cell: for each format the widgets and a minimal list; the dashboards; the shims. They do not use this
 * library, so that the times of other contenders do not include its server.
 * @param {import('./plugins.js').Cell} cell
 * @param {Record<Format, string>} formats
 * @returns {Promise<Map<string, import('./server.js').File>>} by path
 */
export async function staticFiles(cell, formats) {
  /** @type {Map<string, import('./server.js').File>} */
  const files = new Map();
  for (const format of /** @type {Format[]} */ (Object.keys(formats))) {
    const plugins = cell.plugins.map(({ id, component }) => ({ id, component, url: widgetUrl(format, id) }));
    files.set(`${STATIC}/${format}.json`, { type: 'application/json', body: JSON.stringify({ plugins }) });
    for (const { id, url } of plugins)
      files.set(url, { type: 'text/javascript', body: stamp(formats[format], id) });
  }
  for (const dashboard of DASHBOARDS) {
    const body = JSON.stringify({ panels: panelsOf(cell, dashboard) });
    files.set(`${STATIC}/${dashboard}.json`, { type: 'application/json', body });
  }
  files.set(rowsUrl, { type: 'application/json', body: JSON.stringify(rowsOf(cell)) });
  for (const file of SHIMS) {
    const body = await readFile(new URL(`../../shims/${file}`, import.meta.url), 'utf8');
    files.set(`${STATIC}/${file}`, { type: 'text/javascript', body });
  }
  return files;
}
