import { setTimeout as wait } from 'node:timers/promises';
import type { Kind, Place } from '../vector.ts';

/** Whether the page answers within three seconds. */
const isFrozen = ({ tab }: Place) => Promise.race([tab.call(() => false), wait(3000, true)]);

/** Whether no card of a stopped frame appears within four seconds. */
async function goesOn({ tab }: Place) {
  for (let count = 0; count < 20; count += 1) {
    if (await tab.call(() => document.querySelector('[data-code="FRAME_STOPPED"]') !== null)) return false;
    await wait(200);
  }
  return true;
}

/** The element of the page at a point, if it is the frame. */
const coversPage = ({ tab }: Place) =>
  tab.call(() => {
    const { top, left, bottom, right } = document.querySelector('[data-sandboxed]')!.getBoundingClientRect();
    const outside = [
      [left + 20, top + 6],
      [left + 20, top - 10],
      [left - 10, top + 10],
      [right + 10, bottom - 10],
      [left + 20, bottom + 10],
    ] as const;
    return outside.some(([x, y]) => document.elementFromPoint(x, y) instanceof HTMLIFrameElement);
  });

export const tricks: Kind = {
  title: 'Tricks with focus, space and time',
  vectors: [
    {
      name: 'covers its neighbours and its border',
      code: `add('<div style="position:fixed;inset:-500px;z-index:2147483647;background:red">Sign in</div>'); document.documentElement.style.cssText = 'position:fixed;inset:-500px'; try { frameElement.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh;z-index:2147483647'; } catch {} await send({ type: 'height', height: 9000 }); await wait(500);`,
      stoppedBy: ['attribute'],
      isAlone: true,
      leaks: coversPage,
    },
    {
      name: 'takes the messages of a window that the page opens',
      code: `addEventListener('message', ({ data }) => { globalThis.heard = data; }); window.name = 'report'; await wait(300); return 'named ' + window.name;`,
      stoppedBy: ['globals'],
      isAlone: true,
      act: ({ tab }) =>
        tab.call(() => {
          const report = open('', 'report');
          report?.postMessage('a secret of the host', '*');
          setTimeout(() => report?.close(), 300);
        }),
      leaks: ({ tab }) =>
        tab.callIn('sly/Chart0', () => Reflect.get(globalThis, 'heard') === 'a secret of the host'),
    },
    {
      name: 'picks a colour of the screen',
      code: `return Promise.race([new EyeDropper().open().then(() => 'picked'), wait(1000).then(() => 'picking')]);`,
      stoppedBy: ['globals'],
      isAlone: true,
      leaks: ({ loot }) => loot.startsWith('pick'),
    },
    {
      name: 'floods the page with messages',
      code: `for (let count = 0; count < 20_000; count += 1) await send({ type: 'height', height: count }); await wait(1000);`,
      stoppedBy: ['limits'],
      isAlone: true,
      leaks: goesOn,
    },
    {
      name: 'sends the page messages of 100 MB',
      code: `for (let count = 0; count < 4; count += 1) { await send({ type: 'pong', more: 'x'.repeat(1e8) }); await wait(100); } await wait(500);`,
      stoppedBy: ['limits'],
      isAlone: true,
      leaks: goesOn,
    },
    {
      name: 'sends the page integers of 25 MB',
      code: `for (let count = 0; count < 4; count += 1) { await send({ type: 'pong', more: 1n << 200_000_000n }); await wait(100); } await wait(500);`,
      stoppedBy: ['limits'],
      isAlone: true,
      // Firefox and WebKit have no such integers.
      leaks: async (place) => !place.loot.startsWith('failed') && goesOn(place),
    },
    {
      name: 'sends the page a thousand ports',
      code: `await send({ type: 'pong' }, Array.from({ length: 1000 }, () => new MessageChannel().port1)); await wait(1000);`,
      stoppedBy: ['limits'],
      isAlone: true,
      leaks: goesOn,
    },
    {
      name: 'floods the page with messages past its port',
      code: `for (let count = 0; count < 20_000; count += 1) parent.postMessage(count, '*'); await wait(1000);`,
      stoppedBy: ['limits'],
      isAlone: true,
      leaks: goesOn,
    },
    {
      name: 'opens 200 frames of its own',
      code: `for (let count = 0; count < 200; count += 1) add('<iframe></iframe>'); await wait(2000);`,
      stoppedBy: ['beat'],
      isAlone: true,
      leaks: goesOn,
    },
    {
      name: 'runs an endless loop',
      code: `setTimeout(() => { const end = Date.now() + 6000; while (Date.now() < end); }, 1500); return 'looping';`,
      stoppedBy: ['attribute'],
      isAlone: true,
      act: () => wait(2000),
      leaks: isFrozen,
    },
    {
      name: 'inserts 10,000 nodes a second',
      code: `setTimeout(() => { const end = Date.now() + 6000; while (Date.now() < end) { add('<p>x</p>'.repeat(10_000)); document.body.offsetHeight; } }, 1500); return 'inserting';`,
      stoppedBy: ['attribute'],
      isAlone: true,
      act: () => wait(2000),
      leaks: isFrozen,
    },
  ],
};
