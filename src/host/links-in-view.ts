import { clock } from './timing.ts';

/** The number of links in view that are preloaded, for each address of the page. */
export const MAX_IN_VIEW = 10;

/** The number of links in view that are preloaded at the same time. */
export const AT_ONCE = 2;

/** The network is idle if no request has ended for this time, in milliseconds. */
export const QUIET = 500;

/** The time after a change of the page until new links are looked for, in milliseconds. */
const SCAN_DELAY = 200;

/** What {@link watchLinksInView} needs. */
interface InViewOptions<Target> {
  /** The part of the page whose links are watched. */
  root: ParentNode & Node;
  /** Ends everything. */
  signal: AbortSignal;
  /** Returns what a link leads to, and a key that is the same for links that lead to the same. */
  targetOf(link: HTMLAnchorElement): { key: string; target: Target } | undefined;
  load(target: Target): Promise<unknown>;
  /** Whether the page itself loads nothing. */
  isIdle(): boolean;
}

/**
 * Makes a function that resolves when the page is loaded and the network is idle. It observes the network after the first time. After
 * `signal`, it never resolves.
 */
function createIdle({
  isIdle,
  signal,
}: Pick<InViewOptions<unknown>, 'isIdle' | 'signal'>): () => Promise<void> {
  let latest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let observer: PerformanceObserver | undefined;
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    observer?.disconnect();
  });
  return () =>
    new Promise((resolve) => {
      const wait = () =>
        (timer = setTimeout(() => {
          const isQuiet = latest === 0 || clock() - latest >= QUIET;
          if (document.readyState !== 'complete' || !isQuiet || !isIdle()) return wait();
          // Not all test environments have it.
          if (!observer && globalThis.PerformanceObserver?.supportedEntryTypes.includes('resource')) {
            observer = new PerformanceObserver(() => (latest = clock()));
            observer.observe({ type: 'resource' });
          }
          resolve();
        }, QUIET));
      wait();
    });
}

/** Makes the queue of the links in view. A link that leaves the view leaves the queue. */
function createQueue<Target>({ signal, targetOf, load }: InViewOptions<Target>, idle: () => Promise<void>) {
  const links = new Set<HTMLAnchorElement>();
  let address = '';
  let seen = new Set<string>();
  let isRunning = false;

  /** Takes the next link that leads to something new. */
  function next(): Target | undefined {
    if (address !== location.href) seen = new Set();
    address = location.href;
    for (const link of links) {
      if (signal.aborted || seen.size >= MAX_IN_VIEW) return undefined;
      links.delete(link);
      const found = targetOf(link);
      if (!found || seen.has(found.key)) continue;
      seen.add(found.key);
      return found.target;
    }
    return undefined;
  }

  async function work() {
    for (let target = next(); target !== undefined; target = next()) await load(target);
  }

  async function run() {
    if (isRunning || links.size === 0) return;
    isRunning = true;
    await idle();
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    isRunning = false;
  }

  return { links, run: () => void run() };
}

/**
 * Loads what the links in view lead to, within a budget, when the network is idle. Links that appear later are watched too. It begins
 * when the page's first dashboard is there, which needs none of this.
 */
export async function watchLinksInView<Target>(options: InViewOptions<Target>): Promise<void> {
  const { root, signal } = options;
  // Not all test environments have it.
  if (!globalThis.IntersectionObserver) return;
  const idle = createIdle(options);
  await idle();
  const { links, run } = createQueue(options, idle);
  const watched = new Set<HTMLAnchorElement>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const view = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries)
      if (isIntersecting) links.add(target as HTMLAnchorElement);
      else links.delete(target as HTMLAnchorElement);
    run();
  });

  function forget(link: HTMLAnchorElement) {
    watched.delete(link);
    links.delete(link);
    view.unobserve(link);
  }

  function scan() {
    timer = undefined;
    for (const link of watched) if (!root.contains(link)) forget(link);
    for (const link of root.querySelectorAll<HTMLAnchorElement>('a[href]'))
      if (!watched.has(link) && link instanceof HTMLAnchorElement) {
        watched.add(link);
        view.observe(link);
      }
    // The address may have changed, and the budget with it.
    run();
  }

  const changes = new MutationObserver((records) => {
    // Another address is another link; the browser reports its place again.
    for (const { type, target } of records) if (type === 'attributes') forget(target as HTMLAnchorElement);
    timer ??= setTimeout(scan, SCAN_DELAY);
  });
  changes.observe(root, { childList: true, subtree: true, attributeFilter: ['href'] });
  scan();
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    changes.disconnect();
    view.disconnect();
  });
}
