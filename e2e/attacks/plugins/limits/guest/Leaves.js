import { useEffect } from '/api/widget-runtime/react.js';

export default function Guest() {
  useEffect(() => {
    location.href = 'http://other.test/imitation';
  }, []);
  return 'a guest';
}
