/**
 * Makes the function that reads the script of frames. The page reads it once and hands it to each frame, since browsers keep no cache
 * for frames of opaque origins. It hands over bytes, which can be transferred.
 *
 * @returns `undefined` if the page cannot read it; the frame then requests it, and fails if it cannot either.
 */
export function createScriptReader(): (url: string) => Promise<ArrayBuffer | undefined> {
  const scripts = new Map<string, Promise<ArrayBuffer | undefined>>();
  async function read(url: string): Promise<ArrayBuffer | undefined> {
    // The frame's page is not older than the script only if the browser asks for the script again.
    const response = await fetch(url, { cache: 'no-cache' }).catch(() => undefined);
    const isScript = response?.ok && response.headers.get('Content-Type')?.includes('javascript');
    const bytes = isScript ? await response.arrayBuffer().catch(() => undefined) : undefined;
    if (!bytes) scripts.delete(url);
    return bytes;
  }
  return (url) => {
    const script = scripts.get(url) ?? read(url);
    scripts.set(url, script);
    return script;
  };
}
