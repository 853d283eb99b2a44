import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

/** Shows what its plugin has; whose data that is it takes from `pluginId`. */
export default function Vault({ pluginId }) {
  globalThis.tried = true;
  if (pluginId !== 'owner') (globalThis.loot ??= []).push(`spoke for ${pluginId}`);
  return jsx('p', { children: `The vault of ${pluginId}` });
}
