import type { DashboardName } from './client.ts';
import { internalsOf, loadsOf } from './create-host.ts';
import type { Host } from './host.ts';
import { watchLinksInView } from './links-in-view.ts';
import { readAheadOf } from './read-ahead.ts';
import { hasPage } from './surroundings.ts';

/** The options of {@link preloadLinks}. */
export interface PreloadLinksOptions {
  /** The part of the page whose links are preloaded. @default the document */
  root?: Document | ShadowRoot | Element;
  /** Whether links in view are preloaded too, without their widgets. @default true */
  inView?: boolean;
}

/** The time for which the pointer rests on a link until it is preloaded, in milliseconds. */
export const HOVER_DELAY = 65;

/** The same for the keyboard focus; it is longer than a press of the Tab key. */
export const FOCUS_DELAY = 200;

/** Whether the user or the network wants few requests. */
function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean; effectiveType?: string } };
  return Boolean(
    connection?.saveData ||
    connection?.effectiveType?.endsWith('2g') ||
    globalThis.matchMedia?.('(prefers-reduced-data: reduce)').matches,
  );
}

/** Whether a click on a link opens it in this page. */
const staysHere = (link: HTMLAnchorElement) =>
  link.isConnected &&
  link.origin === location.origin &&
  !link.hasAttribute('download') &&
  ['', '_self'].includes(link.target.toLowerCase()) &&
  !/(^|\s)external(\s|$)/i.test(link.rel);

/** Returns the link that an event is for, also in an open shadow root. */
const linkOf = (event: Event) =>
  event.composedPath().find((one): one is HTMLAnchorElement => one instanceof HTMLAnchorElement);

/** Whether the keys or the button of an event open a link elsewhere. */
const isModified = (event: Event) => {
  const { button, ctrlKey, metaKey, shiftKey, altKey } = event as Partial<MouseEvent>;
  return Boolean((button ?? 0) > 0 || ctrlKey || metaKey || shiftKey || altKey);
};

/** Makes a function that calls `act` with a link that stays the same for a time. Without a link it waits for the next. */
function createDwell(delay: number, act: (link: HTMLAnchorElement) => void) {
  let current: HTMLAnchorElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (link?: HTMLAnchorElement) => {
    if (link === current) return;
    clearTimeout(timer);
    current = link;
    if (link) timer = setTimeout(act, delay, link);
  };
}

/** Calls `load` with each link that a user is about to open. */
function watchIntent(root: EventTarget, signal: AbortSignal, load: (link: HTMLAnchorElement) => void) {
  const hover = createDwell(HOVER_DELAY, load);
  const focus = createDwell(FOCUS_DELAY, load);
  const on = (types: string[], listener: (event: Event) => void) => {
    // In the capture phase, since apps may stop events.
    for (const type of types) root.addEventListener(type, listener, { signal, capture: true, passive: true });
  };
  on(['pointerover'], (event) => hover(isModified(event) ? undefined : linkOf(event)));
  on(['pointerout'], (event) => {
    const { relatedTarget } = event as PointerEvent;
    if (!linkOf(event)?.contains(relatedTarget as Node | null)) hover();
  });
  on(['focusin'], (event) => focus(linkOf(event)));
  on(['focusout'], () => focus());
  on(['pointerdown', 'touchstart'], (event) => {
    hover();
    const link = linkOf(event);
    if (link && !isModified(event)) load(link);
  });
  signal.addEventListener('abort', () => {
    hover();
    focus();
  });
}

/**
 * Preloads the dashboards that links lead to, before they are clicked: all that a dashboard needs once the pointer rests on its link,
 * the link has the keyboard focus, or it is touched; and without the widgets, links in view, a few for each address, when the network
 * is idle. It begins when the page’s first dashboard has loaded. Links that open elsewhere are left out, and so is everything where the
 * user saves data or the network is slow. Failures are silent; the click tries again. On a server it does nothing.
 *
 * @param dashboardOf Returns the dashboard that a link leads to, if it leads to one.
 * @returns A function that ends it.
 * @throws {WidgetError} `HOST_MISSING` for anything but a host of this copy of the library.
 * @example
 * const stop = preloadLinks(host, ({ pathname }) => {
 *   const [, pluginId, name] = /^\/plugin\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
 *   return pluginId && name ? { pluginId, name } : undefined;
 * });
 */
export function preloadLinks(
  host: Host,
  dashboardOf: (link: HTMLAnchorElement) => DashboardName | undefined,
  options: PreloadLinksOptions = {},
): () => void {
  if (!hasPage()) return () => {};
  const { root = document, inView = true } = options;
  const { dashboards, registry, loadDashboard } = internalsOf(host, 'preloadLinks()');
  const readAhead = readAheadOf(dashboards, loadDashboard);
  const controller = new AbortController();
  const { signal } = controller;

  function targetOf(link: HTMLAnchorElement): DashboardName | undefined {
    if (!staysHere(link) || savesData()) return undefined;
    try {
      return dashboardOf(link);
    } catch (error) {
      // An error of the app, which the other links survive.
      reportError(error);
      return undefined;
    }
  }

  /** Loads a dashboard and its part of the list, for the click that may follow. */
  const loadDocument = ({ pluginId, name }: DashboardName) => readAhead.read(pluginId, name);

  async function load(link: HTMLAnchorElement) {
    const target = targetOf(link);
    const layout = target && (await loadDocument(target));
    if (!layout || signal.aborted) return;
    const { pluginId, name } = target;
    const failures = await Promise.all(loadsOf(registry, pluginId, layout, true));
    // Without a request, since all that it needs is here.
    if (failures.every((failure) => !failure)) await dashboards.load(pluginId, name);
  }

  function watch() {
    if (signal.aborted) return;
    watchIntent(root, signal, (link) => void load(link));
    if (inView)
      void watchLinksInView({
        root,
        signal,
        targetOf(link) {
          const target = targetOf(link);
          return target && { key: `${target.pluginId} ${target.name}`, target };
        },
        load: loadDocument,
        isIdle: readAhead.isIdle,
      });
  }

  async function watchLater() {
    await Promise.all([...dashboards.entries.values()].map(({ loading }) => loading));
    // In a later task, since the page renders the dashboard in this one.
    setTimeout(watch);
  }

  // In a later task: in this one, the page starts to load its first dashboard, whose panels need the processor first.
  setTimeout(watchLater);
  return () => controller.abort();
}
