import { pageOf } from './window.ts';

/** The globals that throw in a document of an opaque origin. */
const STORAGE = ['localStorage', 'sessionStorage', 'indexedDB', 'caches'];

/** Lets a property throw when it is read or set. @returns A function that restores it. */
function deny(target: object, name: string): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  if (!(name in target) || before?.configurable === false) return () => {};
  const refuse = () => {
    throw new DOMException(`A sandboxed frame has an opaque origin, so it has no ${name}.`, 'SecurityError');
  };
  Object.defineProperty(target, name, { configurable: true, get: refuse, set: refuse });
  return () => {
    if (before) Object.defineProperty(target, name, before);
    else Reflect.deleteProperty(target, name);
  };
}

/** The number of sandboxed widgets on the page. */
const state = { count: 0, restore: () => {} };

/** Takes storage and cookies away from the page, as in a sandboxed frame, until each returned function is called. */
export function takeStorage(): () => void {
  state.count += 1;
  if (state.count === 1) {
    // In some environments, the window is not the global object.
    const windows = [...new Set([globalThis, pageOf(), document.defaultView ?? globalThis])];
    const undo = windows.flatMap((one) => STORAGE.map((name) => deny(one, name)));
    undo.push(deny(document, 'cookie'));
    // In reverse order, since two of the windows may be one behind a proxy.
    state.restore = () => undo.toReversed().forEach((restore) => restore());
  }
  return () => {
    state.count -= 1;
    if (state.count === 0) state.restore();
  };
}
