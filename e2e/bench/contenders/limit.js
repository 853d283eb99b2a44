import { buildClient, withHead } from '../client.js';
import { rowsOf, rowsUrl, shimUrls } from '../static.js';

/** @param {string} url */
const preload = (url) => `<link rel="modulepreload" href="${url}" fetchpriority="low" />`;

/**
 * Creates pages that preload all files after the host's script and contain the rows of their dashboards.
 * @param {string} html
 * @returns {import('./index.js').Built['page']}
 */
const knowing =
  (html) =>
  ({ cell }) => {
    const rows = rowsOf(cell);
    const links = [...shimUrls, ...rows.first.flat().map(({ url }) => url)].map(preload);
    const data = `<script type="application/json" id="rows">${JSON.stringify(rows)}</script>`;
    const page = withHead(html, [...links, data].join('\n'));
    return () => page;
  };

/** Requests the rows of the dashboards and preloads the widgets of the first one. It runs in the page, from its source. @param {string} url */
function ask(url) {
  const script = /** @type {HTMLScriptElement & { answer?: Promise<ReturnType<typeof rowsOf>> }} */ (
    document.currentScript
  );
  script.answer = fetch(url).then((answer) => answer.json());
  void script.answer.then(({ first }) =>
    document.head.append(
      ...first
        .flat()
        .map(({ url: href }) =>
          Object.assign(document.createElement('link'), { rel: 'modulepreload', fetchPriority: 'low', href }),
        ),
    ),
  );
}

/**
 * Creates a static page for all dashboards, which first requests the rows.
 * @param {string} html
 * @returns {import('./index.js').Built['page']}
 */
const asking = (html) => () => {
  const script = `<script id="rows">(${ask})(${JSON.stringify(rowsUrl)})</script>`;
  const page = withHead(
    html.replace(/<meta charset[^>]*>/, (charset) => charset + script),
    shimUrls.map(preload).join('\n'),
  );
  return () => page;
};

/**
 * @param {string} name
 * @param {'limit' | 'floor'} kind
 * @param {string} entry
 * @param {typeof knowing | typeof asking} pageOf
 * @returns {import('./index.js').Contender}
 */
const create = (name, kind, entry, pageOf) => ({
  name,
  kind,
  async build(react, base, profile = false) {
    const { html, files, maps } = await buildClient({ entry, react, base, profile });
    return { files, maps, page: pageOf(html) };
  },
});

/** The limit of the browser: `import()` and one render. */
export const limit = create('limit', 'limit', 'clients/limit.tsx', knowing);

/** The limit with a React root per widget: the cost of isolating widgets. */
export const limitRoots = create('limit-roots', 'floor', 'clients/limit-roots.tsx', knowing);

/** The same with a static page: the cost of one more wave of requests. */
export const limitStatic = create('limit-static', 'floor', 'clients/limit-roots.tsx', asking);
