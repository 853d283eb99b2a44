import { useEffect } from '/api/widget-runtime/react.js';

export default function Chart() {
  useEffect(() => {
    const done = () => (globalThis.tried = true);
    globalThis.NousViz.widgets.apiFetch('/api/plugins/thief/denied').then(done, done);
  }, []);
  return null;
}
