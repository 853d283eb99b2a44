import type { Kind, Place, Vector } from '../vector.ts';

/** The number of forged requests. Each has a mark of its own. */
let marks = 0;
const mark = () => `?mark=${(marks += 1)}`;

const asked =
  (...parts: string[]) =>
  ({ asked: urls }: Place) =>
    urls.some((url) => parts.every((part) => url.includes(part)));

/** A request of the widget that the page must not send. */
const request = (name: string, url: string, path: string, init = '{}'): Vector => {
  const marked = url + mark();
  return {
    name,
    code: `try { await host.apiFetch(${JSON.stringify(marked)}.replace('TO', to), ${init}); } catch (error) { return error.code; }`,
    stoppedBy: ['wire'],
    leaks: asked(path, marked.slice(url.length)),
  };
};

/** A message that the frame's script would not send. */
const forged = (
  name: string,
  message: string,
  leaks: (place: Place) => boolean | Promise<boolean>,
): Vector => ({
  name,
  code: `await send(${message}); await wait(500);`,
  stoppedBy: ['wire'],
  leaks,
});

const OTHER = '/api/plugins/other/items';

/** A vector that sends a request in the protocol’s own form. */
function route(name: string, urlOf: (url: string) => string, sent: (message: string) => string): Vector {
  const marked = OTHER + mark();
  const message = `{ type: 'request', request: { id: 900_000, url: ${urlOf(`'${marked}'`)}, method: 'GET', headers: [], redirect: 'follow' } }`;
  return { name, code: `${sent(message)} await wait(500);`, stoppedBy: ['wire'], leaks: asked(marked) };
}

export const routes: Kind = {
  title: 'Requests through the page',
  vectors: [
    request('requests another host through the page', 'TO', '/leak'),
    request('requests another plugin’s route', '/api/plugins/other/items', '/api/plugins/other/items'),
    request(
      'requests another plugin’s route with dots',
      '/api/plugins/sly/../other/items',
      '/api/plugins/other/items',
    ),
    request(
      'requests another plugin’s route with encoded dots',
      '/api/plugins/sly/%2e%2e/other/items',
      '/api/plugins/other/items',
    ),
    request(
      'requests another plugin’s route with backslashes',
      '/api/plugins/sly\\..\\other\\items',
      '/api/plugins/other/items',
    ),
    request(
      'requests another plugin’s route with a tab in it',
      '/api/plugins/sly/.\t./other/items',
      '/api/plugins/other/items',
    ),
    request('requests the list of plugins', '/api/plugins', '/api/plugins'),
    request(
      'revokes its own trust',
      '/api/plugins/sly/revoke-frontend',
      '/revoke-frontend',
      `{ method: 'POST' }`,
    ),
    request('changes its settings', '/api/plugins/sly/settings', '/settings', `{ method: 'POST' }`),
    request('installs a plugin', '/api/plugins/sly/install', '/install', `{ method: 'POST' }`),
    request(
      'requests another plugin’s route with encoded slashes',
      '/api/plugins/sly%2f..%2fother/items',
      '%2fother/items',
    ),
    request(
      'requests another plugin’s route by the start of its name',
      '/api/plugins/sly-other/items',
      '/sly-other/items',
    ),
    request('requests a page of the app', '/plugin/sly/main', '/plugin/sly/main'),
    request('requests the files of the runtime', '/api/widget-runtime/sandbox.html', '/sandbox.html'),
    request('trusts itself', '/api/plugins/sly/trust-frontend', '/trust-frontend', `{ method: 'POST' }`),
    request(
      'sends more than 16 MB',
      '/api/plugins/sly/items',
      '/api/plugins/sly/items',
      `{ method: 'POST', body: new Uint8Array(20e6) }`,
    ),
    request('enables itself', '/api/plugins/sly/enable', '/enable', `{ method: 'POST' }`),
    request('reads its credentials', '/api/plugins/sly/credentials', '/credentials'),
    request('requests the host’s list of its components', '/api/plugins/sly/components', '/components'),
  ],
};

export const messages: Kind = {
  title: 'Forged messages to the page',
  vectors: [
    route(
      'forges a request to another plugin',
      (url) => url,
      (message) => `await send(${message});`,
    ),
    route(
      'forges a request whose URL is no text',
      (url) => `[${url}]`,
      (message) => `await send(${message});`,
    ),
    route(
      'sends the page a message past its port',
      (url) => url,
      (message) => `parent.postMessage(${message}, '*');`,
    ),
    forged('reports an endless height', `{ type: 'height', height: 1e7 }`, ({ tab }) =>
      tab.call(() =>
        [...document.querySelectorAll('iframe')].some(({ clientHeight }) => clientHeight > 20_000),
      ),
    ),
    forged(
      'pollutes prototypes with a message',
      `JSON.parse('{ "type": "noted", "failure": { "code": "WIDGET_CRASHED", "details": { "__proto__": { "polluted": true } }, "__proto__": { "polluted": true } }, "__proto__": { "polluted": true } }')`,
      ({ tab }) => tab.call(() => Reflect.get({}, 'polluted') === true),
    ),
    {
      name: 'names another host in the stack of an error',
      code: `await send({ type: 'noted', failure: { code: 'UNCAUGHT_ERROR', details: { message: 'x' }, message: 'x', stack: 'Error: x (' + to + '/plugins/sly/widget/x.js:1:2)' } }); await wait(500);`,
      stoppedBy: ['wire'],
    },
    forged(
      'pollutes prototypes with a request',
      `JSON.parse('{ "type": "request", "failure": { "constructor": { "prototype": { "polluted": true } }, "__proto__": { "polluted": true } }, "request": { "__proto__": { "polluted": true } } }')`,
      ({ tab }) => tab.call(() => Reflect.get({}, 'polluted') === true),
    ),
    {
      name: 'draws HTML in the page with the text of an error',
      code: `await send({ type: 'failed', failure: { code: 'WIDGET_CRASHED', details: {}, message: '<img src="' + to + '">', stack: '<img src="' + to + '">' } }); await wait(500);`,
      stoppedBy: ['wire'],
    },
  ],
};
