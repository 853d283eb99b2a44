import { setTimeout as wait } from 'node:timers/promises';
import type { OpenVector, Tab } from '../vector.ts';

/** Types into a field of the page, as a user does. */
async function typeInPage(tab: Tab) {
  await tab.call(() => {
    const field = document.createElement('input');
    field.id = 'password';
    document.body.prepend(field);
  });
  await tab.type('#password', 'password');
}

/** Whether the frame of the other panel answers within three seconds. */
const isOtherFrozen = (tab: Tab) =>
  Promise.race([tab.callIn('sly/Bystander', () => false), wait(3000, true)]);

/** The vectors that no browser lets us close. */
export const open: readonly OpenVector[] = [
  {
    name: 'takes the keystrokes of a field of the page',
    code: `const field = add('<input>').firstChild; setInterval(() => { focus(); field.focus(); }, 20); return 'trapped';`,
    act: ({ tab }) => typeInPage(tab),
    leaks: ({ tab }) =>
      tab.call(() => document.querySelector<HTMLInputElement>('#password')!.value !== 'password'),
    engines: 'Chromium, after a press in the frame',
    helps:
      'Ask for passwords in a dialog without plugins, or on a page of its own. The frame has the keystrokes and no way to send them, except to its own routes.',
  },
  {
    name: 'shows a false sign-in form in its frame',
    code: `add('<form><input type="password" placeholder="Password"></form>'); await wait(300); return 'shown';`,
    leaks: ({ tab }) =>
      tab.callIn('sly/Chart0', () => document.querySelector('[placeholder="Password"]')!.clientHeight > 0),
    engines: 'all',
    helps: 'The border names the plugin. Teach operators that no password belongs into a panel.',
  },
  {
    name: 'writes to the clipboard',
    code: `const field = add('<textarea>stolen</textarea>').firstChild; field.select(); return document.execCommand('copy');`,
    leaks: ({ loot }) => loot === 'true',
    engines: 'Chromium, after a press in the frame',
    helps: 'Read what you paste, into a terminal above all.',
  },
  {
    name: 'reads the origin of the page',
    code: `return location.ancestorOrigins[0];`,
    leaks: async ({ loot, tab }) => loot === (await tab.call(() => location.origin)),
    engines: 'Chromium and WebKit; in Firefox it knows its own address',
    helps: 'Give an internal host a name that is no secret.',
  },
  {
    name: 'scrolls the page',
    code: `add('<p id="deep" style="margin-top: 2900px">x</p>'); await send({ type: 'height', height: 3000 }); await wait(500); document.querySelector('#deep').scrollIntoView(); await wait(500); return 'scrolled';`,
    leaks: ({ tab }) => tab.call(() => document.documentElement.scrollTop > 1000),
    engines: 'Chromium; Firefox and WebKit are not measured',
    helps: 'Revoke a plugin that does it again and again; in the settings it has no frame.',
  },
  {
    name: 'fills the history of the tab, so that Back stays on the page',
    code: `for (let count = 0; count < 40; count += 1) history.pushState(count, ''); await wait(500); return 'filled';`,
    leaks: ({ tab }) => tab.call(() => history.length > 40),
    engines: 'all that are measured',
    helps:
      'Hold the button Back, which lists the pages. Chromium skips entries that were added without a press. Frames within the frame can add them too.',
  },
  {
    name: 'sends messages and its port to another sandboxed widget',
    code: `const port = await ported; for (let index = 0; index < parent.frames.length; index += 1) if (parent.frames[index] !== window) parent.frames[index].postMessage('from a sibling', '*', [port]); return 'sent';`,
    leaks: ({ tab }) =>
      tab.callIn('sly/Bystander', () => Reflect.get(globalThis, 'heard') === 'from a sibling and 1 port'),
    engines: 'all',
    helps:
      'Sandboxed plugins that work together can share what their own routes answer. Trust a plugin, or leave it, if the others must not know its data.',
  },
  {
    name: 'freezes the other frames of its site with an endless loop',
    code: `setTimeout(() => { const end = Date.now() + 6000; while (Date.now() < end); }, 1500); return 'looping';`,
    act: () => wait(2000),
    leaks: ({ tab }) => isOtherFrozen(tab),
    engines: 'Chromium; in Firefox and WebKit the page freezes too',
    helps:
      'Give each plugin a site of its own with `sandboxOrigin`. In Chromium, only its own frames freeze then.',
  },
];
