import { useInsertionEffect } from 'react';

/** Inserts a style element, as some libraries do, with the nonce that the guide for authors reads. */
export default function Injecting() {
  useInsertionEffect(() => {
    const nonce = document.querySelector<HTMLElement>('[nonce]')?.nonce ?? '';
    const style = Object.assign(document.createElement('style'), { nonce });
    style.textContent = '.injecting { color: rgb(19, 20, 21); }';
    document.head.append(style);
    return () => style.remove();
  }, []);
  return <p className="injecting">Injecting</p>;
}
