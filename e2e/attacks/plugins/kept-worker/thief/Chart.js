import { useEffect } from '/api/widget-runtime/react.js';

export default function Chart() {
  useEffect(() => {
    navigator.serviceWorker
      .register('/api/plugins/thief/widget/Worker.js')
      .then(
        () => (globalThis.loot = ['installed']),
        () => {},
      )
      .then(() => (globalThis.tried = true));
  }, []);
  return null;
}
