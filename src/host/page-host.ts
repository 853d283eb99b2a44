import { createHostError } from '../contract/index.ts';
import type { Host, HostOptions } from './host.ts';
import { published } from './publish.ts';
import { makeDefaults, settingsOf, type Defaults, type Settings } from './settings.ts';

/** The host of a page, and what it was created with. */
interface PageHost {
  host: Host;
  defaults: Defaults;
  settings: Settings;
  /** The settings whose functions the host calls. */
  newest: Settings;
  isDisposed: boolean;
}

/** The hosts of this copy of the library, by the value of `window.NousViz` that each has published. */
const hosts = new WeakMap<object, PageHost>();

type Values = Readonly<Record<string, unknown>>;
type Call = (...given: unknown[]) => unknown;

/** Makes settings whose functions call those of `newest`, which may be replaced later. */
function follow(entry: { newest: Settings }): Settings {
  const followed = Object.entries(entry.newest).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value];
    const call: Call = (...given) => {
      // Called without `this`, as `fetch` requires.
      const newest = (entry.newest as unknown as Record<string, Call>)[name]!;
      return newest(...given);
    };
    return [name, call];
  });
  return Object.fromEntries(followed) as Settings;
}

/** Whether two options are equal: plain data by value, and any function like any other. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'function' && typeof b === 'function') return true;
  if (Object(a) !== a || Object(b) !== b) return Object.is(a, b);
  const names = Object.keys({ ...(a as object), ...(b as object) });
  return names.every((name) => isSame((a as Values)[name], (b as Values)[name]));
}

const show = (value: unknown) => JSON.stringify(value) ?? typeof value;

/** Returns the page's host to a later call with equal options, whose functions replace the earlier ones (CONTRACT G3). */
function reuse(entry: PageHost, options: HostOptions): Host {
  if (entry.isDisposed)
    throw createHostError('HOST_ALREADY_PUBLISHED', { met: 'a host that is disposed of' });
  const next = settingsOf(options, entry.defaults);
  const [now, then] = [next, entry.settings] as unknown as [Values, Values];
  const name = Object.keys({ ...then, ...now }).find((one) => !isSame(then[one], now[one]));
  if (name) {
    const met = `this page’s host with another ${name}: it is ${show(then[name])} there, and ${show(now[name])} here`;
    throw createHostError('HOST_ALREADY_PUBLISHED', { met });
  }
  entry.newest = next;
  return entry.host;
}

/**
 * Returns the page's host. The first call makes it; later calls with equal options return it, so that a hot reload of the file that
 * creates the host works.
 *
 * @param make Makes and publishes the host. It calls `onDispose` when the host ends.
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` for other options, and for another copy of the library.
 */
export function onePerPage(
  options: HostOptions,
  make: (settings: Settings, onDispose: () => void) => Host,
): Host {
  const found = hosts.get(Object(published()) as object);
  if (found) return reuse(found, options);
  const defaults = makeDefaults();
  const settings = settingsOf(options, defaults);
  const entry = { defaults, settings, newest: settings, isDisposed: false } as Partial<PageHost> as PageHost;
  entry.host = make(follow(entry), () => (entry.isDisposed = true));
  hosts.set(published() as object, entry);
  return entry.host;
}
