import { buildClient } from '../client.js';

/**
 * SystemJS in the host's bundle, which saves a separate script. The host registers its React as a module for widgets.
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
