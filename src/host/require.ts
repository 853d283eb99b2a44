import { shimOf, type Shim } from '../contract/index.ts';

/** The members of `window.NousViz` by shim; modules that their shim makes are not available. */
const MEMBERS: Partial<Record<Shim, string>> = {
  'react.js': 'React',
  'react-jsx-runtime.js': 'ReactJSXRuntime',
  'react-dom.js': 'ReactDOM',
  'react-dom-client.js': 'ReactDOMClient',
};

/**
 * Defines a global `require` that knows the shims, for bundles whose CommonJS packages call it (CONTRACT F12). It does not replace
 * a module loader that the page has already, and a later one can replace it.
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
