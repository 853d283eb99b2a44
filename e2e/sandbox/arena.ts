import type { BrowserContext, Frame, Page } from '@playwright/test';
import { dashboard, expect, type Demo } from '../test.ts';
import type { Listeners } from './listeners.ts';
import type { Place, Vector } from './vector.ts';

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
const putSecrets = (page: Page) =>
  page.evaluate(async () => {
    const SECRET = 'a secret of the host';
    Object.assign(window, { secret: SECRET });
    localStorage.setItem('secret', SECRET);
    sessionStorage.setItem('secret', SECRET);
    document.cookie = `secret=${encodeURIComponent(SECRET)}; path=/`;
    const cache = await caches.open('secret');
    await cache.put('/secret', new Response(SECRET));
    await new Promise((done) => {
      const opening = indexedDB.open('secret');
      opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(SECRET));
      opening.addEventListener('success', done);
    });
    document.title = SECRET;
    const channel = new BroadcastChannel('secret');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
    channel.addEventListener('message', () => channel.postMessage(SECRET));
  });

function watch(context: BrowserContext, page: Page): string[] {
  const events: string[] = [];
  page.on('dialog', (dialog) => {
    events.push('dialog');
    void dialog.dismiss();
  });
  page.on('download', () => events.push('download'));
  context.on('page', () => events.push('popup'));
  return events;
}

/** The frame of a panel whose widget is ready. */
async function frameOf(page: Page, panel: string): Promise<Frame> {
  const element = await page.locator(`[data-panel="${panel}"] iframe`).elementHandle();
  const frame = await element!.contentFrame();
  await frame!.waitForFunction(() => 'attack' in globalThis);
  return frame!;
}

/** Runs the code of a vector in its frame, and returns its loot. */
const attackIn = (frame: Frame): Promise<string> =>
  Promise.race([
    frame
      .evaluate(() => Reflect.get(globalThis, 'attack')() as Promise<string>)
      .catch((error: Error) => `ended: ${error.message.split('\n')[0]}`),
    new Promise<string>((done) => setTimeout(() => done('no answer'), PATIENCE + 3000)),
  ]);

/** Where vectors run. */
interface Ground {
  lab: Demo;
  page: Page;
  /** The host, or the server before it that removes defences. */
  url: string;
  /** The listeners of each vector. */
  listeners: readonly Listeners[];
}

/** Runs vectors on one page, each in a frame of its own. */
export async function run(
  vectors: readonly Vector[],
  { lab, page, url, listeners }: Ground,
): Promise<Place[]> {
  const names = vectors.map((_, index) => `Chart${index}`);
  await lab.install('sly', {
    ...Object.fromEntries(
      vectors.map((vector, index) => [`${names[index]}.js`, bundle(vector, listeners[index]!)]),
    ),
    'mock/items.json': '{ "GET /items": { "body": [1, 2] } }',
    'Bystander.js': `addEventListener('message', ({ data, ports }) => { globalThis.heard = data + ' and ' + ports.length + ' port'; });
export default () => 'Another widget of the plugin';`,
    'dashboards/main.yaml': dashboard(...names, 'Bystander'),
  });
  await lab.install('other', {
    'Chart.js': '',
    'mock/items.json': '{ "GET /items": { "body": ["of another plugin"] } }',
  });
  const consent = await fetch(new URL('/api/plugins/sly/sandbox-frontend', lab.url), { method: 'POST' });
  expect(consent.status).toBe(200);
  // All frames are near the viewport.
  if (vectors.length > 1) await page.setViewportSize({ width: 1280, height: 200 * vectors.length });
  await page.goto(new URL('/plugin/sly/main', url).href);
  const frames = await Promise.all(names.map((name) => frameOf(page, `sly/${name}`)));
  await putSecrets(page);
  const events = watch(page.context(), page);
  const asked: string[] = [];
  page.on('request', (sent) => sent.frame() === page.mainFrame() && asked.push(sent.url()));
  const loot = await Promise.all(frames.map(attackIn));
  const places = vectors.map((_, index) => ({
    page,
    listeners: listeners[index]!,
    events,
    asked,
    loot: loot[index]!,
  }));
  for (const [index, { act }] of vectors.entries()) await act?.(places[index]!);
  return places;
}

/** Whether a listener of the other host was reached in any way. */
const isReached = ({ listeners: { requests, connections, packets } }: Place) =>
  requests.length + connections + packets > 0;

/** The vectors that got through. In a page with its defences, each connection to another host counts. */
export async function leaksOf(
  vectors: readonly Vector[],
  places: readonly Place[],
  isDefended: boolean,
): Promise<string[]> {
  const found = await Promise.all(
    vectors.map(async ({ name, leaks }, index) => {
      const place = places[index]!;
      const isThrough = leaks ? (await leaks(place)) || (isDefended && isReached(place)) : isReached(place);
      return isThrough ? [isDefended ? `${name}: ${place.loot} ${place.listeners.requests}` : name] : [];
    }),
  );
  return found.flat();
}

/** Waits until the browser had time to send what it was going to send. */
export const settle = (page: Page) => page.waitForTimeout(SETTLE).catch(() => undefined);
