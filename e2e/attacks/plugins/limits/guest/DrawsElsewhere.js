import { useEffect } from '/api/widget-runtime/react.js';

export default function Guest() {
  useEffect(() => {
    document.querySelector('h1').textContent = 'Not the host’s words';
  }, []);
  return 'a guest';
}
