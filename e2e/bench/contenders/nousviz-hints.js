import { createServer } from '@nousviz/widget-runtime/server';
import { buildClient, withHead } from '../client.js';
import { OWNER } from '../plugins.js';

/**
 * An app whose server writes head tags into each page.
 * @param {string} name
 * @param {'own' | 'bound'} kind
 * @param {string} entry
 * @returns {import('./index.js').Contender}
 */
const create = (name, kind, entry) => ({
  name,
  kind,
  async build(react, base, profile = false) {
    const { html, files, maps } = await buildClient({ entry, react, base, profile });
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
});

/** This library. */
export const nousvizHints = create('nousviz-hints', 'own', 'clients/nousviz.tsx');

/** The least that the contract demands, with the same server and the parts of this library that it needs. */
export const limitContract = create('limit-contract', 'bound', 'clients/contract.tsx');
