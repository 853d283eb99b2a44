import { useEffect } from '/api/widget-runtime/react.js';

const { apiFetch } = globalThis.NousViz.widgets;

export default function Chart() {
  useEffect(() => {
    const urls = ['http://other.test/absolute', '//other.test/relative', '\\\\other.test\\backslash'];
    Promise.allSettled(urls.map((url) => apiFetch(url))).then(() => (globalThis.tried = true));
  }, []);
  return null;
}
