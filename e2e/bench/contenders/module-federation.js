import { buildClient } from '../client.js';

/**
 * Module Federation's runtime in the host's bundle. A panel registers its remote when it needs it. Each remote is one file.
 * @type {import('./index.js').Contender}
 */
export const moduleFederation = {
  name: 'module-federation',
  kind: 'peer',
  async build(react, base) {
    const { html, files } = await buildClient({ entry: 'peers/module-federation.tsx', react, base });
    return { files, page: () => () => html };
  },
};
