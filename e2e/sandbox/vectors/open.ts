import type { Page } from '@playwright/test';
import type { OpenVector } from '../vector.ts';

/** Types into a field of the page, as a user does. */
async function typeInPage(page: Page) {
  await page.evaluate(() => {
    const field = document.createElement('input');
    field.id = 'password';
    document.body.prepend(field);
  });
  await page.locator('#password').click();
  await page.waitForTimeout(500);
  await page.keyboard.type('password');
}

/** Whether the frame of the other panel answers within three seconds. */
const isOtherFrozen = (page: Page) =>
  Promise.race([
    page
      .frameLocator('[data-panel="sly/Bystander"] iframe')
      .locator('body')
      .evaluate(() => false),
    new Promise<boolean>((done) => setTimeout(() => done(true), 3000)),
  ]);

/** The vectors that no browser lets us close. */
export const open: readonly OpenVector[] = [
  {
    name: 'takes the keystrokes of a field of the page',
    code: `const field = add('<input>').firstChild; setInterval(() => { focus(); field.focus(); }, 20); return 'trapped';`,
    act: ({ page }) => typeInPage(page),
    leaks: async ({ page }) => (await page.locator('#password').inputValue()) !== 'password',
    engines: 'Chromium, after a press in the frame',
    helps:
      'Ask for passwords in a dialog without plugins, or on a page of its own. The frame has the keystrokes and no way to send them, except to its own routes.',
  },
  {
    name: 'shows a false sign-in form in its frame',
    code: `add('<form><input type="password" placeholder="Password"></form>'); await wait(300); return 'shown';`,
    leaks: ({ page }) =>
      page.frameLocator('[data-panel="sly/Chart0"] iframe').getByPlaceholder('Password').isVisible(),
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
    leaks: ({ loot, page }) => loot === new URL(page.url()).origin,
    engines: 'Chromium and WebKit; in Firefox it knows its own address',
    helps: 'Give an internal host a name that is no secret.',
  },
  {
    name: 'sends messages and its port to another sandboxed widget',
    code: `const port = await ported; for (let index = 0; index < parent.frames.length; index += 1) if (parent.frames[index] !== window) parent.frames[index].postMessage('from a sibling', '*', [port]); return 'sent';`,
    leaks: ({ page }) =>
      page
        .frameLocator('[data-panel="sly/Bystander"] iframe')
        .locator('body')
        .evaluate(() => Reflect.get(globalThis, 'heard') === 'from a sibling and 1 port'),
    engines: 'all',
    helps:
      'Sandboxed plugins that work together can share what their own routes answer. Trust a plugin, or leave it, if the others must not know its data.',
  },
  {
    name: 'freezes the other frames of its site with an endless loop',
    code: `setTimeout(() => { const end = Date.now() + 6000; while (Date.now() < end); }, 100); return 'looping';`,
    act: ({ page }) => page.waitForTimeout(500),
    leaks: ({ page }) => isOtherFrozen(page),
    engines: 'Chromium; in Firefox and WebKit the page freezes too',
    helps:
      'Give each plugin a site of its own with `sandboxOrigin`. In Chromium, only its own frames freeze then.',
  },
];
