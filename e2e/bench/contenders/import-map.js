import { buildClient, withHead } from '../client.js';
import { buildReact } from '../react.js';

/**
 * The browser's import map: host and widgets import `react` by its bare name. The page preloads the host's imports.
 * @type {import('./index.js').Contender}
 */
export const importMap = {
  name: 'import-map',
  kind: 'peer',
  async build(react, base) {
    const modules = await buildReact(react);
    const client = await buildClient({
      entry: 'clients/import-map.tsx',
      react,
      base,
      external: Object.keys(modules.imports),
    });
    const files = new Map(client.files);
    for (const [file, body] of modules.files) files.set(base + file, { type: 'text/javascript', body });
    const imports = Object.fromEntries(
      Object.entries(modules.imports).map(([name, file]) => [name, base + file]),
    );
    const links = [...modules.files.keys()].map(
      (file) => `<link rel="modulepreload" href="${base}${file}" />`,
    );
    // Before every module, since older browsers ignore a later import map.
    const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
    const html = withHead(
      client.html.replace('<script type="module"', (found) => map + found),
      links.join('\n'),
    );
    return { files, page: () => () => html };
  },
};
