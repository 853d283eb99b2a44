import { useEffect } from '/api/widget-runtime/react.js';

export default function Breaker() {
  useEffect(() => {
    globalThis.tried = true;
    return () => {
      throw new Error('down with the next page');
    };
  }, []);
  return 'waiting';
}
