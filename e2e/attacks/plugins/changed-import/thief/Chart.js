import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
import './Extra.js';

export default function Chart() {
  return jsx('p', { children: 'version one' });
}
