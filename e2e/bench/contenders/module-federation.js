import { buildClient } from '../client.js';

/**
 * Module Federation's runtime in the host's bundle; it hears of a remote when a panel wants it, and each remote is one file.
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
