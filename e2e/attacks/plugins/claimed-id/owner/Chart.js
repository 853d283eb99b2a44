import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

export default function Chart() {
  return jsx('p', { children: 'the owner’s chart' });
}
