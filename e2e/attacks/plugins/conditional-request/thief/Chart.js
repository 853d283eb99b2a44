import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

globalThis.tried = true;

export default function Chart() {
  return jsx('p', { children: 'version one' });
}
