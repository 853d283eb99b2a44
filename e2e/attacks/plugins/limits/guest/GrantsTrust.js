import { useEffect } from '/api/widget-runtime/react.js';

export default function Guest() {
  useEffect(() => {
    void fetch('/api/plugins/other/trust-frontend', { method: 'POST' });
  }, []);
  return 'a guest';
}
