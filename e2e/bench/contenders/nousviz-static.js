import { buildClient } from '../client.js';

/**
 * What the library adds to an app's build with Vite.
 * @returns {Promise<import('vite').PluginOption[]>}
 */
async function vitePlugins() {
  return [];
}

/**
 * This library in an app whose page is a file, the same for every dashboard.
 * @type {import('./index.js').Contender}
 */
export const nousvizStatic = {
  name: 'nousviz-static',
  kind: 'own',
  async build(react, base) {
    const { html, files } = await buildClient({
      entry: 'clients/nousviz.tsx',
      react,
      base,
      plugins: await vitePlugins(),
    });
    return { files, page: () => () => html };
  },
};
