import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
import { memo } from '/api/widget-runtime/react.js';

export default memo(function Breaker() {
  return jsx('p', { children: 'a component' });
});
