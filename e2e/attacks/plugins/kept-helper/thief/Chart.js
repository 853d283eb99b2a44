import { useEffect } from '/api/widget-runtime/react.js';

/** Keeps the host’s helper, and goes on asking through it after its panel is gone. */
export default function Chart() {
  useEffect(() => {
    globalThis.tried = true;
    globalThis.keep = () => globalThis.NousViz.widgets.apiFetch('/api/session');
  }, []);
  return 'reporting';
}
