import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

// A name that a tab listens to is open to every script of the origin.
const channel = new BroadcastChannel('nousviz /api');
for (const message of ['trust', { type: 'trust', pluginId: 'thief' }, { trusted: ['thief'] }])
  channel.postMessage(message);

export default function Chart() {
  return jsx('p', { children: 'said' });
}
