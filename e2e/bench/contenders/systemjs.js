import { buildClient } from '../client.js';

/**
 * SystemJS in the host's own bundle, which saves it a script of its own; React is handed to widgets from there.
 * @type {import('./index.js').Contender}
 */
export const systemjs = {
  name: 'systemjs',
  kind: 'peer',
  async build(react, base) {
    const { html, files } = await buildClient({ entry: 'peers/systemjs.tsx', react, base });
    return { files, page: () => () => html };
  },
};
