import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The id of the plugin with the dashboards. */
export const OWNER = 'plugin-0000';
/** The first dashboard of the page, and those that it switches to. */
export const DASHBOARDS = /** @type {const} */ (['first', 'second', 'third', 'fourth']);
/** The placeholder for a plugin's id in the widget's source. All ids have the same length. */
export const PLACEHOLDER = OWNER;
/** The number of panels in a row. */
const ROW = 10;
export const MAX_INSTALLED = 10_000;

/**
 * A plugin of the benchmark and its only component.
 * @typedef {{ id: string, component: string, filename: string }} BenchPlugin
 */

/**
 * A panel in the dashboard documents of all contenders.
 * @typedef {{ type: 'custom', component: string, config: { dashboard: string }, position: { row: number, col: number, width: number } }} BenchPanel
 */

/**
 * The installed plugins and the ones on the dashboards.
 * @typedef {{ name: string, panels: number, installed: number, plugins: BenchPlugin[], shown: Record<typeof DASHBOARDS[number], BenchPlugin[]> }} Cell
 */

/**
 * Picks entries evenly from a list.
 * @template T
 * @param {readonly T[]} list
 * @param {number} count
 */
const spread = (list, count) =>
  Array.from(
    { length: count },
    (_, index) => /** @type {T} */ (list[Math.floor((index * list.length) / count)]),
  );

/**
 * Picks entries evenly from those that are not used yet, and used ones if there are too few.
 * @param {readonly BenchPlugin[]} plugins
 * @param {readonly BenchPlugin[]} used
 * @param {number} count
 */
function spreadAfter(plugins, used, count) {
  const others = plugins.filter((plugin) => !used.includes(plugin));
  return others.length >= count ? spread(others, count) : [...others, ...used].slice(0, count);
}

/**
 * Plans a cell: the installed plugins and the ones on each dashboard. Each dashboard has other plugins than the ones before,
 * if there are enough.
 * @param {number} panels
 * @param {number} installed
 * @returns {Cell}
 */
export function planCell(panels, installed) {
  const plugins = Array.from({ length: installed }, (_, index) => {
    const digits = String(index).padStart(4, '0');
    return { id: `plugin-${digits}`, component: `Widget${digits}`, filename: `Widget${digits}.js` };
  });
  const first = spread(plugins, panels);
  const second = spreadAfter(plugins, first, panels);
  const third = spreadAfter(plugins, [...second, ...first], panels);
  const fourth = spreadAfter(plugins, [...third, ...second, ...first], panels);
  const shown = { first, second, third, fourth };
  return { name: `${panels}/${installed}`, panels, installed, plugins, shown };
}

/**
 * The panels of a dashboard.
 * @param {Cell} cell
 * @param {typeof DASHBOARDS[number]} dashboard
 * @returns {BenchPanel[]}
 */
export const panelsOf = ({ shown }, dashboard) =>
  shown[dashboard].map(({ id, component }, index) => ({
    type: 'custom',
    component: `${id}/${component}`,
    config: { dashboard },
    position: { row: Math.floor(index / ROW), col: index % ROW, width: 1 },
  }));

/**
 * Creates a plugin's copy of the widget.
 * @param {string} bundle
 * @param {string} id
 */
export const stamp = (bundle, id) => bundle.replaceAll(PLACEHOLDER, id);

/**
 * Writes a cell's plugins, each with a widget and a dashboard, and the consents to them.
 * @param {string} folder
 * @param {Cell} cell
 * @param {string} bundle the widget's code
 * @returns {Promise<{ plugins: string, trust: string }>} the plugins folder and the trust file
 */
export async function writePlugins(folder, cell, bundle) {
  const plugins = join(folder, 'plugins');
  const trust = join(folder, 'trust.jsonl');
  const when = new Date().toISOString();
  const consents = [];
  for (const { id, component, filename } of cell.plugins) {
    const own = join(plugins, id);
    const path = `widget/dist/${filename}`;
    await mkdir(join(own, 'widget/dist'), { recursive: true });
    await mkdir(join(own, 'dashboards'));
    // JSON is YAML.
    const manifest = {
      id,
      name: id,
      display_name: `The plugin ${id}`,
      version: '1.0.0',
      frontend: { components: [{ name: component, path }] },
    };
    const bytes = stamp(bundle, id);
    await Promise.all([
      writeFile(join(own, 'plugin.yaml'), JSON.stringify(manifest)),
      writeFile(join(own, path), bytes),
      writeFile(
        join(own, 'dashboards/overview.yaml'),
        JSON.stringify({ title: `Overview of ${id}`, panels: [{ type: 'custom', component }] }),
      ),
    ]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    consents.push({ plugin_id: id, action: 'trust', who: 'bench', when, bundles: { [filename]: sha256 } });
  }
  for (const dashboard of DASHBOARDS)
    await writeFile(
      join(plugins, OWNER, `dashboards/${dashboard}.yaml`),
      JSON.stringify({ title: dashboard, panels: panelsOf(cell, dashboard) }),
    );
  await writeFile(trust, consents.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { plugins, trust };
}
