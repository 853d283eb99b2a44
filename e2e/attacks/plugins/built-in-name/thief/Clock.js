import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

export default function Clock() {
  return jsx('p', { children: 'the thief’s clock' });
}
