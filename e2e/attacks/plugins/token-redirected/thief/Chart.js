import { useEffect } from '/api/widget-runtime/react.js';

const { apiFetch } = globalThis.NousViz.widgets;

export default function Chart() {
  useEffect(() => {
    const done = () => (globalThis.tried = true);
    apiFetch('/api/plugins/thief/away').then(done, done);
  }, []);
  return null;
}
