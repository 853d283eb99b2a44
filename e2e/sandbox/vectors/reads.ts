import type { Defence, Kind, Vector } from '../vector.ts';

/** A vector that returns data of the host. */
const read = (name: string, code: string, stoppedBy: readonly Defence[] = ['attribute']): Vector => ({
  name,
  code,
  stoppedBy,
  leaks: ({ loot }) => decodeURIComponent(loot).includes('a secret of the host'),
});

/** A vector that returns `reached`. */
const reach = (name: string, code: string, stoppedBy: readonly Defence[] = ['attribute']): Vector => ({
  name,
  code,
  stoppedBy,
  leaks: ({ loot }) => loot === 'reached',
});

/** A vector of a worker in the bundle, which posts data of the host. */
const work = (name: string, code: string) =>
  read(
    name,
    `const code = ${JSON.stringify(code)}; return new Promise((done) => { const worker = new Worker(URL.createObjectURL(new Blob([code]))); worker.onmessage = ({ data }) => done(data); worker.onerror = () => done('error'); setTimeout(() => done('nothing'), 2000); });`,
  );

export const reads: Kind = {
  title: 'Reads of the page and its storage',
  vectors: [
    read('reads the document of the page', `return parent.document.title;`),
    read('reads a variable of the top window', `return top.secret;`),
    read('reads the frame element in the page', `return frameElement.ownerDocument.title;`),
    read('reads local storage', `return localStorage.getItem('secret');`),
    read('reads session storage', `return sessionStorage.getItem('secret');`),
    read('reads cookies', `return document.cookie;`),
    read('asks for access to storage', `await document.requestStorageAccess(); return document.cookie;`, [
      'attribute',
      'permissions',
    ]),
    read('reads the cookie store', `return JSON.stringify(await cookieStore.getAll());`),
    read('reads a cache', `return (await (await caches.open('secret')).match('/secret')).text();`),
    read(
      'reads a database',
      `return new Promise((done) => { const opening = indexedDB.open('secret'); opening.onsuccess = () => done([...opening.result.objectStoreNames].join()); opening.onerror = () => done('error'); });`,
    ),
    read(
      'listens to a broadcast channel',
      `return new Promise((done) => { const channel = new BroadcastChannel('secret'); channel.onmessage = ({ data }) => done(data); channel.postMessage('?'); setTimeout(() => done('nothing'), 1500); });`,
    ),
    work(
      'reads a database in a worker',
      `const opening = indexedDB.open('secret'); opening.onsuccess = () => postMessage([...opening.result.objectStoreNames].join());`,
    ),
    work(
      'listens to a broadcast channel in a worker',
      `const channel = new BroadcastChannel('secret'); channel.onmessage = ({ data }) => postMessage(data); channel.postMessage('?');`,
    ),
    read(
      'reads the page with an error that runs code',
      `let found = ''; const trap = new Proxy(new Error('x'), { get() { try { found += parent.secret; } catch {} return undefined; } }); dispatchEvent(new ErrorEvent('error', { error: trap })); await wait(300); return found;`,
    ),
    read(
      'reads the page from a frame of its own',
      `add('<iframe srcdoc="<p>x</p>"></iframe>'); await wait(500); return frames[0].parent.parent.secret;`,
    ),
    read(
      'reads the page through an error that it throws',
      `let found = ''; const trap = new Proxy({}, { get() { try { found += parent.secret; } catch {} throw trap; } }); setTimeout(() => { throw trap; }); void Promise.reject(trap); await wait(500); return found;`,
    ),
    read(
      'reads the page through a message with a getter',
      `let found = ''; try { await send({ get type() { found += parent.secret; return 'pong'; } }); } catch {} return found;`,
    ),
    read(
      'passes a port on to a frame of its own, and reads the page from there',
      `const frame = add('<iframe></iframe>').firstChild; const { port1, port2 } = new MessageChannel(); frame.contentWindow.postMessage('x', '*', [port1]); return frame.contentWindow.parent.parent.secret;`,
    ),
    reach('reads the files of the origin', `await navigator.storage.getDirectory(); return 'reached';`),
    reach('holds a lock of the origin', `return await navigator.locks.request('x', () => 'reached');`),
    reach(
      'registers a service worker',
      `await navigator.serviceWorker.register('/api/plugins/sly/widget/Chart0.js', { type: 'module' }); return 'reached';`,
      ['attribute', 'policy', 'allowlist', 'server'],
    ),
    reach(
      'reads a sibling frame',
      `return [...Array(parent.frames.length).keys()].some((index) => parent.frames[index] !== window && parent.frames[index].document) ? 'reached' : 'none';`,
    ),
    reach(
      'reads the address of the page',
      `return document.referrer.includes('/plugin/') ? 'reached' : document.referrer;`,
      ['referrer'],
    ),
    reach(
      'fetches a page of the host in the operator’s name',
      `return (await (await fetch('/api/plugins')).json()).plugins ? 'reached' : 'none';`,
      ['attribute', 'policy', 'allowlist'],
    ),
    reach(
      'fetches another plugin’s route past the page',
      `return (await fetch('/api/plugins/other/items')).ok ? 'reached' : 'none';`,
      ['attribute', 'policy', 'allowlist'],
    ),
    // Later, since developer tools, which start the vector, may evaluate strings.
    reach('runs code from a string', `await wait(0); return (0, eval)('"reached"');`, ['policy']),
    reach(
      'runs code from a data: URL',
      `return (await import('data:text/javascript,export default "reached"')).default;`,
      ['policy'],
    ),
    reach(
      'runs code from a blob: URL',
      `const blob = new Blob(['export default "reached"'], { type: 'text/javascript' }); return (await import(URL.createObjectURL(blob))).default;`,
      ['policy'],
    ),
    reach(
      'runs code from a blob: URL after it has removed the policy',
      `document.head.replaceChildren(); const blob = new Blob(['export default "reached"'], { type: 'text/javascript' }); return (await import(URL.createObjectURL(blob))).default;`,
      ['policy'],
    ),
  ],
};
