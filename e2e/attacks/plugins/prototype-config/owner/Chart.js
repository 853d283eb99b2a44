import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

export default function Chart({ config }) {
  globalThis.tried = true;
  if ({}.isAdmin) (globalThis.loot ??= []).push('polluted');
  return jsx('p', { children: Object.keys(config).join() });
}
