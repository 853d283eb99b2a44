const adopted = new WeakMap<Node, Set<string>>();

/**
 * Adds a sheet to the document or the shadow root of an element, once. Without inline styles, since a Content-Security-Policy may block
 * them.
 */
export function adoptSheet(element: HTMLElement, text: string): void {
  const root = element.getRootNode() as Document | ShadowRoot;
  const texts = adopted.get(root) ?? new Set();
  // Not all test environments have it.
  if (texts.has(text) || !root.adoptedStyleSheets) return;
  adopted.set(root, texts.add(text));
  const { CSSStyleSheet: Sheet } = (root.ownerDocument ?? (root as Document)).defaultView!;
  const sheet = new Sheet();
  sheet.replaceSync(text);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
