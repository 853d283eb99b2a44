import { useEffect } from '/api/widget-runtime/react.js';

export default function Guest() {
  useEffect(() => {
    globalThis.loot = [localStorage.getItem('nousviz_auth_token')];
  }, []);
  return 'a guest';
}
