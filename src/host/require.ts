import { shimOf, type Shim } from '../contract/index.ts';

/** What a page has of a module, by its shim's file name; those that are made by their shim are not to be had. */
const MEMBERS: Partial<Record<Shim, string>> = {
  'react.js': 'React',
  'react-jsx-runtime.js': 'ReactJSXRuntime',
  'react-dom.js': 'ReactDOM',
  'react-dom-client.js': 'ReactDOMClient',
};

/**
 * Gives the page a `require` that knows the shims, for bundles whose CommonJS packages call it (CONTRACT F12). It stays out of the
 * way of a module loader that is there, and lets one that comes later take its place.
 */
export function provideRequire() {
  if ('require' in globalThis || 'define' in globalThis) return;
  const value = (specifier: string): unknown => {
    const shim = shimOf(specifier);
    const member = shim && MEMBERS[shim];
    const found = member && Reflect.get(Reflect.get(globalThis, 'NousViz') as object, member);
    if (found) return found as unknown;
    throw new Error(`Dynamic require of "${specifier}" is not supported`);
  };
  Object.defineProperty(globalThis, 'require', { value, writable: true, configurable: true });
}
