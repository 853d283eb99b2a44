import * as server from '@nousviz/widget-runtime/server';
import { withHead } from '../client.js';
import { OWNER } from '../plugins.js';
import { nousvizStatic } from './nousviz-static.js';

/**
 * What the library's server knows of a dashboard when the page is asked for, as HTML for its head; nothing where this version
 * of the library has no hints.
 * @typedef {(options: { plugins: string, trust: server.TrustStore, base?: string }) => (pluginId: string, dashboard: string) => Promise<string>} CreateHints
 */
const { createHints } = /** @type {{ createHints?: CreateHints }} */ (server);

/**
 * This library in an app whose server writes its hints into each page.
 * @type {import('./index.js').Contender}
 */
export const nousvizHints = {
  name: 'nousviz-hints',
  kind: 'own',
  async build(react, base) {
    const built = createHints && (await nousvizStatic.build(react, base));
    if (!createHints || !built) return undefined;
    return {
      files: built.files,
      page(place) {
        const page = built.page(place);
        const readHints = createHints({ plugins: place.plugins, trust: place.trust });
        return async () => withHead(await page(), await readHints(OWNER, 'first'));
      },
    };
  },
};
