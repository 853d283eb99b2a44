import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

export default function Breaker() {
  return jsx('p', { children: 'the thief’s' });
}
