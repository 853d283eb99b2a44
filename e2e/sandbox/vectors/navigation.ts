import type { Defence, Kind, Vector } from '../vector.ts';

/** A vector that leads its own frame away. */
const leave = (name: string, code: string, also: readonly Defence[] = []): Vector => ({
  name,
  code: `${code} await wait(1000);`,
  stoppedBy: ['frame-src', 'allowlist', ...also],
});

export const navigations: Kind = {
  title: 'Navigation of its own frame',
  vectors: [
    leave('navigates itself to another host', `location.href = to;`),
    leave('replaces itself with another host', `location.replace(to);`),
    leave('navigates itself with the Navigation API', `navigation.navigate(to);`),
    leave('opens another host in its own frame', `open(to, '_self');`),
    leave('presses a link to another host', `add('<a href="' + to + '">x</a>').firstChild.click();`),
    leave(
      'refreshes itself to another host',
      `document.head.insertAdjacentHTML('beforeend', '<meta http-equiv="refresh" content="0; url=' + to + '">');`,
    ),
    leave(
      'submits a form to another host',
      `add('<form action="' + to + '"><input name="x" value="y"></form>').firstChild.submit();`,
      ['policy', 'attribute'],
    ),
    leave(
      'navigates itself to a data: URL that requests',
      `location.href = 'data:text/html,' + encodeURIComponent('<img src="' + to + '">');`,
      ['policy'],
    ),
    leave(
      'navigates itself to a blob that requests',
      `location.href = URL.createObjectURL(new Blob(['<img src="' + to + '">'], { type: 'text/html' }));`,
      ['policy'],
    ),
    leave(
      'runs a javascript: URL that fetches',
      `add('<a>x</a>').firstChild.setAttribute('href', 'javascript:void fetch("' + to + '", { mode: "no-cors" })'); document.querySelector('a').click();`,
      ['policy', 'attribute'],
    ),
    leave(
      'navigates itself by a history entry',
      `history.pushState(null, '', '?pushed'); location.hash = 'x'; history.back(); await wait(200); location.href = to;`,
    ),
    leave(
      'navigates a sibling frame to another host',
      `for (let index = 0; index < parent.frames.length; index += 1) if (parent.frames[index] !== window) parent.frames[index].location = to; await wait(500);`,
      ['attribute'],
    ),
  ],
};

const event = (name: string, code: string, seen: string): Vector => ({
  name,
  code,
  stoppedBy: ['attribute', 'policy', 'allowlist', 'frame-src'],
  isAlone: true,
  leaks: async ({ tab }) => (await tab.events()).includes(seen),
});

const top = (name: string, code: string): Vector => ({
  name,
  code,
  stoppedBy: ['attribute', 'policy', 'allowlist', 'frame-src'],
  isAlone: true,
});

export const page: Kind = {
  title: 'Navigation of the page, popups, dialogs and downloads',
  vectors: [
    top('navigates the page to another host', `top.location.href = to; await wait(1000);`),
    top(
      'presses a link with target=_top',
      `add('<a target="_top" href="' + to + '">x</a>').firstChild.click(); await wait(1000);`,
    ),
    top(
      'submits a form with target=_top',
      `add('<form target="_top" action="' + to + '"></form>').firstChild.submit(); await wait(1000);`,
    ),
    event('opens a popup', `open('about:blank'); await wait(500);`, 'popup'),
    event(
      'presses a link with target=_blank',
      `add('<a target="_blank" href="about:blank">x</a>').firstChild.click(); await wait(500);`,
      'popup',
    ),
    {
      ...event(
        'opens a link in a new tab with Ctrl',
        `add('<a href="' + to + '">x</a>').firstChild.dispatchEvent(new MouseEvent('click', { ctrlKey: true, bubbles: true, cancelable: true })); await wait(500);`,
        'popup',
      ),
      // WebKit opens it in the frame.
      leaks: async ({ tab, listeners }) =>
        listeners.requests.length > 0 || (await tab.events()).includes('popup'),
    },
    event('shows an alert', `alert('x');`, 'dialog'),
    event('asks for a confirmation', `confirm('x');`, 'dialog'),
    event('asks for text', `prompt('x');`, 'dialog'),
    {
      ...event(
        'asks whether to leave the page',
        `addEventListener('beforeunload', function ask(event) { event.preventDefault(); event.returnValue = 'x'; setTimeout(() => removeEventListener('beforeunload', ask)); }); return 'armed';`,
        'dialog',
      ),
      // Browsers ask only after a press in the frame.
      async act({ tab }) {
        await tab.type('[data-panel="sly/Chart0"] iframe', '');
        await tab.call(() => location.assign('/api/plugins'));
      },
    },
    event(
      'downloads a file',
      `const link = add('<a download="x.txt">x</a>').firstChild; link.href = URL.createObjectURL(new Blob(['x'])); link.click(); await wait(500);`,
      'download',
    ),
    {
      name: 'fills the screen',
      code: `await document.documentElement.requestFullscreen();`,
      stoppedBy: ['attribute', 'permissions'],
      isAlone: true,
      leaks: ({ tab }) => tab.call(() => document.fullscreenElement !== null),
    },
    {
      name: 'changes the address of the page',
      code: `parent.location.hash = 'changed'; await wait(500);`,
      stoppedBy: ['attribute'],
      isAlone: true,
      leaks: ({ tab }) => tab.call(() => location.hash === '#changed'),
    },
    {
      name: 'changes the address of a sibling frame',
      code: `for (let index = 0; index < parent.frames.length; index += 1) if (parent.frames[index] !== window) parent.frames[index].location.hash = 'changed'; await wait(500);`,
      stoppedBy: ['attribute'],
      isAlone: true,
      leaks: ({ tab }) => tab.callIn('sly/Bystander', () => location.hash === '#changed'),
    },
    {
      name: 'locks the pointer',
      code: `document.body.requestPointerLock(); await wait(500); return document.pointerLockElement === document.body;`,
      stoppedBy: ['attribute'],
      isAlone: true,
      leaks: ({ loot }) => loot === 'true',
    },
    {
      name: 'goes back in the history of the tab',
      code: `history.go(-1); await wait(1000);`,
      stoppedBy: ['attribute'],
      isAlone: true,
      leaks: ({ tab }) => tab.call(() => !location.pathname.startsWith('/plugin/')),
    },
  ],
};
