import { buildClient, withHead } from '../client.js';
import { rowsOf, rowsUrl, shimUrls } from '../static.js';

/** @param {string} url */
const preload = (url) => `<link rel="modulepreload" href="${url}" fetchpriority="low" />`;

/**
 * The page names all that it needs, after the host's script, and has what its dashboards show.
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

/** Runs in the page, as text: asks for what the dashboards show, and preloads the first one's widgets. @param {string} url */
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
 * The page is a file, the same for every dashboard: it asks before anything else.
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
  async build(react, base) {
    const { html, files } = await buildClient({ entry, react, base });
    return { files, page: pageOf(html) };
  },
});

/** As fast as the browser can: `import()`, and one render. */
export const limit = create('limit', 'limit', 'clients/limit.tsx', knowing);

/** The same with a React root per widget: what this library's way to keep widgets apart costs by itself. */
export const limitRoots = create('limit-roots', 'floor', 'clients/limit-roots.tsx', knowing);

/** The same once more, and a page that is a file: the wave that it takes to ask. */
export const limitStatic = create('limit-static', 'floor', 'clients/limit-roots.tsx', asking);
