import { createHints } from '@nousviz/widget-runtime/server';
import { OWNER } from '../plugins.js';
import { nousvizStatic } from './nousviz-static.js';

/**
 * This library in an app whose server writes its hints into each page.
 * @type {import('./index.js').Contender}
 */
export const nousvizHints = {
  name: 'nousviz-hints',
  kind: 'own',
  async build(react, base) {
    const { files, page } = await nousvizStatic.build(react, base);
    return {
      files,
      page(place) {
        const html = page(place);
        const addHints = createHints({ plugins: place.plugins, trust: place.trust });
        return async () => addHints(await html(), OWNER, 'first');
      },
    };
  },
};
