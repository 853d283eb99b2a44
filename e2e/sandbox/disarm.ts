import { once } from 'node:events';
import { createServer, request as ask, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createHash } from 'node:crypto';
import type { Defence } from './vector.ts';

const POLICY = 'content-security-policy';
const HEADERS: Partial<Record<Defence, string>> = {
  policy: POLICY,
  allowlist: 'connection-allowlist',
  permissions: 'permissions-policy',
};

/** Removes defences from an answer. */
function weaken(
  path: string,
  headers: IncomingHttpHeaders,
  without: readonly Defence[],
): IncomingHttpHeaders {
  const kept = { ...headers };
  if (path.includes('/sandbox.html')) {
    for (const name of without) delete kept[HEADERS[name] ?? ''];
    if (without.includes('referrer')) delete kept['referrer-policy'];
    if (without.includes('attribute'))
      kept[POLICY] = String(kept[POLICY] ?? '').replace(/; sandbox [^;]*/, '');
  } else if (without.includes('frame-src')) delete kept[POLICY];
  // A frame with the page's origin could not read its bundle.
  if (path.includes('/widget/')) kept['access-control-allow-origin'] = '*';
  return kept;
}

/** A server before another. */
export interface Proxy {
  url: string;
  /** The paths that it was asked for. */
  asked: string[];
  close(): void;
}

/** Puts a script before all others of a page, and permits it. */
function disarmPage(html: string, script: string, headers: IncomingHttpHeaders): string {
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = String(headers[POLICY] ?? '');
  if (policy) headers[POLICY] = policy.replace('script-src', `script-src 'sha256-${hash}'`);
  delete headers['content-length'];
  return html.replace('<head>', () => `<head><script>${script}</script>`);
}

/** A server before another that removes defences from its answers, and from the scripts of its pages. */
export async function serveWithout(without: readonly Defence[], behind: string): Promise<Proxy> {
  const script = scriptWithout(without);
  const urls: string[] = [];
  const server = createServer((asked, answer) => {
    const { url: path = '/', method, headers } = asked;
    urls.push(path);
    const isBundle = path.includes('/widget/') && without.includes('attribute');
    const changed: IncomingHttpHeaders = { ...headers };
    delete changed['accept-encoding'];
    if (isBundle)
      Object.assign(changed, { origin: 'null', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' });
    if (without.includes('server')) delete changed['service-worker'];
    const sent = ask(new URL(path, behind), { method, headers: changed }, async (got) => {
      const kept = weaken(path, got.headers, without);
      const isPage = script && kept['content-type']?.startsWith('text/html');
      const page = isPage && disarmPage((await buffer(got)).toString(), script, kept);
      const entries = Object.entries(kept).filter(([, value]) => value !== undefined);
      answer.writeHead(got.statusCode ?? 502, Object.fromEntries(entries));
      if (isPage) answer.end(page);
      else got.pipe(answer);
    });
    sent.on('error', () => answer.destroy());
    asked.pipe(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: urls,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The script that removes defences which are scripts of the page and of its frames. */
function scriptWithout(without: readonly Defence[]): string {
  const attributes = { attribute: ['sandbox', 'allow'], referrer: ['referrerpolicy'] };
  const gone = Object.entries(attributes).flatMap(([name, names]) =>
    without.includes(name as Defence) ? names : [],
  );
  const calls = [
    gone.length > 0 && `(${dropAttributes})(${JSON.stringify(gone)})`,
    without.includes('policy') && `(${keepPolicy})()`,
    without.includes('limits') && `(${stretchTime})()`,
    without.includes('beat') && `(${stopBeat})()`,
    without.includes('wire') && `(${believe})()`,
    without.includes('globals') && `(${keepGlobals})()`,
  ];
  return calls.filter(Boolean).join(';\n');
}

function dropAttributes(names: string[]) {
  const set = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function setWithout(name, value) {
    if (name === 'allow' && names.includes(name)) set.call(this, name, '*');
    else if (!names.includes(name)) set.call(this, name, value);
  };
}

/** Every message seems to be hours after the last. */
function stretchTime() {
  const { now } = performance;
  let hours = 0;
  if (window === window.top) performance.now = () => now.call(performance) + 3.6e6 * (hours += 1);
}

/** Lets the frame's script add no policy to that of the header. */
function keepPolicy() {
  Object.defineProperty(HTMLMetaElement.prototype, 'httpEquiv', { set: () => {} });
}

/** The page never looks at its frames. */
function stopBeat() {
  const { setInterval: set } = window;
  if (window === window.top)
    Object.assign(window, {
      setInterval: (run: () => void, time: number) => (time === 1000 ? -1 : set(run, time)),
    });
}

/** Leaves a frame all globals as they are. */
function keepGlobals() {
  const { deleteProperty: remove, defineProperty: define } = Reflect;
  Reflect.defineProperty = (target, name, property) => name === 'name' || define(target, name, property);
  Reflect.deleteProperty = (target, name) =>
    /RTC|SharedWorker|EyeDropper/.test(String(name)) || remove(target, name);
}

interface Forged {
  type: string;
  height?: number;
  request: { url: string; method: string; body?: BodyInit };
  failure?: { message?: string; stack?: string };
}

/** A page that believes the messages of its frames. */
function believe() {
  if (window !== window.top) return;
  /** Copies everything into an object, and into its prototype too. */
  const merge = (into: Record<string, unknown>, from: object) => {
    for (const [name, value] of Object.entries(from))
      if (typeof value === 'object' && value !== null)
        merge((into[name] ??= {}) as typeof into, value as object);
      else into[name] = value;
  };
  const read = ({ data }: MessageEvent<Forged>) => {
    const { type, request, height, failure } = data;
    if (type === 'request')
      void fetch(request.url, { method: request.method, body: request.body ?? null, mode: 'no-cors' }).catch(
        () => {},
      );
    if (type === 'height')
      for (const frame of document.querySelectorAll('iframe')) frame.style.height = `${height}px`;
    if (failure) {
      merge({}, data);
      document.body.insertAdjacentHTML('beforeend', failure.message ?? '');
      for (const url of failure.stack?.match(/http[^\s)]+/g) ?? [])
        void fetch(url, { mode: 'no-cors' }).catch(() => {});
    }
  };
  addEventListener('message', read);
  const { MessagePort: Port } = window;
  const { set } = Object.getOwnPropertyDescriptor(Port.prototype, 'onmessage')!;
  Object.defineProperty(Port.prototype, 'onmessage', {
    set(listener) {
      (this as MessagePort).addEventListener('message', read as (event: MessageEvent) => void);
      set!.call(this, listener);
    },
  });
}
