import { createServer } from '@nousviz/widget-runtime/server';
import { buildClient, withHead } from '../client.js';
import { OWNER } from '../plugins.js';

/**
 * This library in an app whose server writes head tags into each page.
 * @type {import('./index.js').Contender}
 */
export const nousvizHints = {
  name: 'nousviz-hints',
  kind: 'own',
  async build(react, base, profile = false) {
    const { html, files, maps } = await buildClient({ entry: 'clients/nousviz.tsx', react, base, profile });
    return {
      files,
      maps,
      page(place) {
        const server = createServer({ plugins: place.plugins, trust: place.trust });
        const first = { pluginId: OWNER, name: 'first' };
        // As the guide recommends.
        return async () => withHead(html, await server.headTags(first, { importMap: true }));
      },
    };
  },
};
