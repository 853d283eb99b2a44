import { setTimeout as wait } from 'node:timers/promises';
import { dashboard, installPlugin } from '../plugin-files.ts';
import type { Proxy } from './disarm.ts';
import type { Listeners } from './listeners.ts';
import type { Place, Tab, Vector } from './vector.ts';

/** The time in which the browser may still send something, in milliseconds. */
const SETTLE = 800;
/** The longest time for which a vector's code may run, in milliseconds. */
const PATIENCE = 5000;

/** The bundle of a widget that runs a vector's code when the test calls `attack`. */
const bundle = ({ code }: Vector, { url, udpPort }: Listeners) => `
const to = ${JSON.stringify(`${url}/leak`)};
const udp = ${JSON.stringify(`127.0.0.1:${udpPort}`)};
const wait = (time) => new Promise((done) => setTimeout(done, time));
const add = (html) => { const box = document.createElement('div'); box.innerHTML = html; document.body.append(box); return box; };
// The port of the frame, as any code in it can get it: from the next message of its script.
const ported = new Promise((done) => {
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (...args) { if (args[0]?.type) done(this); return post.apply(this, args); };
});
const send = async (message, transfer) => (await ported).postMessage(message, transfer);
export default function Widget({ host }) {
  globalThis.attack ??= async () => String(await Promise.race([wait(${PATIENCE}), (async () => {
    try { ${code} } catch (error) { return 'failed: ' + (error && error.name) + ' ' + (error && error.message); }
  })()]));
  return 'A widget of another author';
}
`;

/** Puts data of the host where other pages and plugins keep theirs. */
async function putSecrets() {
  const SECRET = 'a secret of the host';
  Object.assign(window, { secret: SECRET });
  localStorage.setItem('secret', SECRET);
  sessionStorage.setItem('secret', SECRET);
  document.cookie = `secret=${encodeURIComponent(SECRET)}; path=/`;
  document.title = SECRET;
  const channel = new BroadcastChannel('secret');
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
  channel.addEventListener('message', () => channel.postMessage(SECRET));
  const cache = await caches.open('secret');
  await cache.put('/secret', new Response(SECRET));
  await new Promise((done) => {
    const opening = indexedDB.open('secret');
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(SECRET));
    opening.addEventListener('success', done);
  });
}

/** Waits until a function returns a value. */
export async function until<Value>(
  read: () => Promise<Value | undefined>,
  patience = 30_000,
): Promise<Value> {
  const end = performance.now() + patience;
  for (;;) {
    const value = await read().catch(() => undefined);
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error('There was no value in time.');
    await wait(100);
  }
}

/** Waits until the widget of a panel is ready. */
const isReady = (tab: Tab, panel: string) =>
  until(async () => (await tab.callIn(panel, () => 'attack' in globalThis)) || undefined);

/** Starts the code of a vector in its frame. */
const attackIn = (tab: Tab, panel: string) =>
  tab.callIn(panel, () => {
    const attack = Reflect.get(globalThis, 'attack') as () => Promise<string>;
    // Later, since WebKit's driver cannot leave a frame that is leaving its page.
    setTimeout(() => void attack().then((loot) => Reflect.set(globalThis, 'loot', loot)), 200);
  });

/** Waits for the loot of a vector whose code was started. */
const lootOf = async (tab: Tab, panel: string): Promise<string> => {
  const read = () =>
    tab
      .callIn(panel, () => ('attack' in globalThis ? (Reflect.get(globalThis, 'loot') as string) : 'gone'))
      .catch((error: Error) => `ended: ${error.message.split('\n')[0]}`);
  return Promise.race([until(read, PATIENCE + 3000), wait(PATIENCE + 3000, 'no answer')]).catch(
    () => 'no answer',
  );
};

/** Where vectors run. */
export interface Ground {
  /** The folder of plugins. */
  plugins: string;
  tab: Tab;
  /** The server before the host, which removes defences. */
  proxy: Proxy;
  /** The listeners of each vector. */
  listeners: readonly Listeners[];
}

/** Runs vectors on one page, each in a frame of its own. */
export async function run(
  vectors: readonly Vector[],
  { plugins, tab, proxy, listeners }: Ground,
): Promise<Place[]> {
  const names = vectors.map((_, index) => `Chart${index}`);
  await installPlugin(plugins, 'sly', {
    ...Object.fromEntries(
      vectors.map((vector, index) => [`${names[index]}.js`, bundle(vector, listeners[index]!)]),
    ),
    'mock/items.json': '{ "GET /items": { "body": [1, 2] } }',
    'Bystander.js': `addEventListener('message', ({ data, ports }) => { globalThis.heard = data + ' and ' + ports.length + ' port'; });
export default () => 'Another widget of the plugin';`,
    'dashboards/main.yaml': dashboard(...names, 'Bystander'),
  });
  await installPlugin(plugins, 'other', {
    'Chart.js': '',
    'mock/items.json': '{ "GET /items": { "body": ["of another plugin"] } }',
  });
  const consent = await fetch(new URL('/api/plugins/sly/sandbox-frontend', proxy.url), { method: 'POST' });
  if (!consent.ok) throw new Error(`The plugin was not sandboxed: ${consent.status}`);
  // All frames are near the viewport.
  if (vectors.length > 1) await tab.resize(200 * vectors.length);
  // A page to go back to.
  await tab.open(new URL('/api/plugins', proxy.url).href);
  await tab.open(new URL('/plugin/sly/main', proxy.url).href);
  const panels = names.map((name) => `sly/${name}`);
  for (const panel of panels) await isReady(tab, panel);
  await tab.call(putSecrets);
  proxy.asked.length = 0;
  await Promise.all(panels.map((panel) => attackIn(tab, panel).catch(() => undefined)));
  const loot = await Promise.all(panels.map((panel) => lootOf(tab, panel)));
  const places = vectors.map((_, index): Place => ({
    tab,
    listeners: listeners[index]!,
    get asked() {
      return [...proxy.asked, ...this.listeners.requests];
    },
    loot: loot[index]!,
  }));
  for (const [index, { act }] of vectors.entries()) await act?.(places[index]!);
  return places;
}

/** Whether a listener of the other host was reached in any way. */
const isReached = ({ listeners: { requests, connections, packets } }: Place) =>
  requests.length + connections + packets > 0;

/** The vectors that got through, by name. In a page with its defences, each connection to another host counts. */
export async function leaksOf(
  vectors: readonly Vector[],
  places: readonly Place[],
  isDefended: boolean,
): Promise<string[]> {
  const found = await Promise.all(
    vectors.map(async ({ name, leaks }, index) => {
      const place = places[index]!;
      const isThrough = leaks ? (await leaks(place)) || (isDefended && isReached(place)) : isReached(place);
      return isThrough ? [name] : [];
    }),
  );
  return found.flat();
}

/** What vectors found and reached, for the message of a test that fails. */
export const describePlaces = (vectors: readonly Vector[], places: readonly Place[]): string =>
  places
    .map(({ loot, listeners: { requests, connections, packets } }, index) =>
      [vectors[index]!.name, loot, requests, `${connections} connections`, `${packets} packets`].join(' | '),
    )
    .join('\n');

/** Waits until the browser had time to send what it was going to send. */
export const settle = () => wait(SETTLE);
