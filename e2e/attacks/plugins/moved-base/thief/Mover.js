import { useEffect } from '/api/widget-runtime/react.js';

/** An accident that takes no more than a library which writes a <base>. */
export default function Mover() {
  useEffect(() => {
    const base = Object.assign(document.createElement('base'), { href: 'http://other.test/' });
    document.head.append(base);
    globalThis.tried = true;
  }, []);
  return null;
}
