import { API_BASE, bundlePath, importUrl, shimPath, SHIMS, sourceOf } from '../../contract/index.ts';

/**
 * Deletes the constructors of what reaches beyond the frame in spite of its policies: WebRTC, shared workers, which have no policy in
 * WebKit, and the eyedropper, which tells a widget the colours of the whole screen. It is called before any code of a plugin is
 * imported. Chromium from 152 also obeys the header `Connection-Allowlist`.
 */
export function lockDown(): void {
  // One search for all of the thousand names, since every frame begins with it.
  const names = Object.getOwnPropertyNames(globalThis).join('\n');
  for (const [name] of names.matchAll(/^(?:(?:webkit|moz)?RTC.*|SharedWorker|EyeDropper)$/gm))
    Reflect.deleteProperty(globalThis, name);
  // The page hears what the frame refuses: a new document would end the listeners of this one, and a changed event would say nothing.
  for (const name of ['open', 'write', 'writeln']) Reflect.deleteProperty(Document.prototype, name);
  Object.freeze(SecurityPolicyViolationEvent.prototype);
  // A frame with the name of a window that the page opens would be taken for that window, and get its messages.
  let name = '';
  Reflect.defineProperty(globalThis, 'name', {
    get: () => name,
    set(value) {
      name = String(value);
    },
    configurable: false,
  });
}

/**
 * Forbids all code but the plugin's own files, and the workers that these contain. It is called before any code of the plugin is
 * imported. The policy of the page also admits the shims, which are `data:` URLs; the browser keeps those that it has loaded.
 */
export async function allowOwnFiles(apiBase: string, pluginId: string): Promise<void> {
  // One module imports them all, which is less work than an import for each. A shim that fails also fails in the bundle, which says so.
  const shims = SHIMS.map(
    (shim) => `import${JSON.stringify(new URL(API_BASE + shimPath(shim), location.href))}`,
  );
  await importUrl(`data:text/javascript,${encodeURIComponent(shims.join(';'))}`).catch(() => undefined);
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  const { origin, pathname } = new URL(apiBase, location.href);
  // Where a policy cannot name the host, that of the page limits the frame to its own origin.
  const base = sourceOf(origin) + pathname.replace(/\/$/, '');
  const own = `${base}${shimPath('')} ${base}${bundlePath(pluginId, '')}`;
  policy.content = `script-src ${own} 'wasm-unsafe-eval'; worker-src blob: data:`;
  document.head.append(policy);
}
