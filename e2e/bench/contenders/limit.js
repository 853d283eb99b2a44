import { buildClient, withHead } from '../client.js';
import { panelsOf } from '../plugins.js';
import { shimUrls, widgetUrl } from '../static.js';

/**
 * What a client of the limit shows: rows of URLs and configs.
 * @param {import('../plugins.js').Cell} cell
 * @param {typeof import('../plugins.js').DASHBOARDS[number]} dashboard
 */
function rowsOf(cell, dashboard) {
  /** @type {{ url: string, config: object }[][]} */
  const rows = [];
  for (const { component, config, position } of panelsOf(cell, dashboard)) {
    const url = widgetUrl('shimmed', component.slice(0, component.indexOf('/')));
    (rows[position.row] ??= []).push({ url, config });
  }
  return rows;
}

/** @param {string} url */
const preload = (url) => `<link rel="modulepreload" href="${url}" fetchpriority="low" />`;

/**
 * As fast as the browser can: the page names all that it needs, after the host's script; `import()`, and one render.
 * @type {import('./index.js').Contender}
 */
export const limit = {
  name: 'limit',
  kind: 'limit',
  async build(react, base) {
    const { html, files } = await buildClient({ entry: 'clients/limit.tsx', react, base });
    return {
      files,
      page({ cell }) {
        const rows = { first: rowsOf(cell, 'first'), second: rowsOf(cell, 'second') };
        const links = [...shimUrls, ...rows.first.flat().map(({ url }) => url)].map(preload);
        const data = `<script type="application/json" id="rows">${JSON.stringify(rows)}</script>`;
        const page = withHead(html, [...links, data].join('\n'));
        return () => page;
      },
    };
  },
};
