import { useEffect, useState } from '/api/widget-runtime/react.js';

export default function Breaker() {
  const [count, setCount] = useState(0);
  useEffect(() => setCount(count + 1));
  globalThis.renders = count;
  return count;
}
