import { below } from './urls.ts';

/** The path that records consent (CONTRACT P3). */
export const trustPath = (pluginId: string) => below(pluginId, 'trust-frontend');

/** The path that records the decision to run a plugin sandboxed (CONTRACT T6). */
export const sandboxFrontendUrl = (pluginId: string) => below(pluginId, 'sandbox-frontend');

/** The path that revokes trust (CONTRACT P3). */
export const revokePath = (pluginId: string) => below(pluginId, 'revoke-frontend-trust');
