import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

export default function Eraser() {
  (globalThis.loot ??= []).push('erased');
  return jsx('p', { children: 'Everything is erased' });
}
