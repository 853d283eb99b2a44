import { nousvizHost } from '@nousviz/widget-runtime/vite';
import { buildClient } from '../client.js';
import { OWNER } from '../plugins.js';

/**
 * This library in an app with one static page for all dashboards.
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
      // The host API serves the shims.
      plugins: [nousvizHost({ shims: false, dashboards: { '/': `${OWNER}/first` } })],
    });
    return { files, page: () => () => html };
  },
};
