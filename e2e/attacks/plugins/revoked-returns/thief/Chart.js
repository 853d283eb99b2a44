import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

export default function Chart() {
  globalThis.tried = true;
  return jsx('p', { children: 'still here' });
}
