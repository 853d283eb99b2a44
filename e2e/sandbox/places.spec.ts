import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, frameIn, test, type Site } from './places.ts';

const WIDGET = `
import { useState } from '/api/widget-runtime/react.js';
import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default function Chart({ host }) {
  const [text, setText] = useState('Ask');
  const ask = async (path) => {
    const answer = await host.apiFetch(path).catch(({ code }) => ({ text: () => code }));
    return answer.text();
  };
  const own = location.pathname.slice(0, location.pathname.indexOf('/widget-runtime/')) + '/plugins';
  const onClick = async () =>
    setText([await ask(own + '/sly/items'), await ask(own), origin, new URL(location.href).hostname].join(' '));
  return jsx('button', { onClick, children: text });
}`;

/** The places in which frames have to start, and the host of their page there. */
const PLACES: Record<string, [Omit<Site, 'plugins'>, frameHost: string]> = {
  'an IPv6 address': [{ address: '::1' }, '[::1]'],
  'an IPv6 address that the server names': [
    { address: '::1', server: (origin) => ({ origins: [origin] }) },
    '[::1]',
  ],
  'a path that a framework removes from requests': [
    { below: '/nous', server: () => ({ publicBase: '/nous/api' }) },
    '127.0.0.1',
  ],
  'such a path at an IPv6 address': [
    { address: '::1', below: '/nous', server: () => ({ publicBase: '/nous/api' }) },
    '[::1]',
  ],
  'a site for each plugin': [
    {
      server: (origin) => ({
        origins: [origin],
        sandboxOrigin: (id) => `http://${id}.localhost:${new URL(origin).port}`,
      }),
      sandbox: (origin) => `{ sandboxOrigin: (id) => \`http://\${id}.localhost:${new URL(origin).port}\` }`,
    },
    'sly.localhost',
  ],
};

for (const [name, [site, host]] of Object.entries(PLACES))
  test(`a frame starts and works at ${name}`, async ({ page, show }) => {
    await show({ ...site, plugins: { sly: WIDGET } });
    const button = frameIn(page, 'sly').getByRole('button');
    await expect(button).toHaveText('Ask');
    await button.click();
    await expect(button).toHaveText(`["items"] ROUTE_REFUSED null ${host}`);
  });

test('a plugin for which the app has no site says so, and the others start', async ({
  page,
  show,
  expected,
}) => {
  expected.push(/FRAME_NOT_OPENED/);
  await show({
    sandbox: (origin) =>
      `{ sandboxOrigin: (id) => { if (id === 'sly') throw new Error('no site for sly'); return '${origin}'; } }`,
    plugins: { sly: WIDGET, calm: WIDGET },
  });
  const card = page.locator('[data-panel="sly/Chart"]').getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'FRAME_NOT_OPENED');
  await expect(card).toContainText('could not open the sandboxed frame of the widget: no site for sly');
  await expect(frameIn(page, 'calm').getByRole('button')).toHaveText('Ask');
});

/** A widget that requests its own paths, and a path outside them, of another address at the same port. */
const NOSY = `
import { useState } from '/api/widget-runtime/react.js';
import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default function Chart() {
  const [text, setText] = useState('Ask');
  const other = location.origin.replace('[::1]', '127.0.0.1') + '/api/plugins/sly/widget/Chart.js';
  const tries = () => [fetch(other, { mode: 'no-cors' }), import(other), fetch('/api/plugins')];
  const onClick = async () => setText((await Promise.allSettled(tries())).map(({ status }) => status).join(' '));
  return jsx('button', { onClick, children: text });
}`;

for (const without of [[], ['Connection-Allowlist']])
  test(`a frame at an IPv6 address reaches no other address without [${without.join()}]`, async ({
    page,
    show,
    expected,
  }) => {
    expected.push(/Content Security Policy|ERR_/);
    await show({ address: '::1', without, plugins: { sly: NOSY } });
    const asked: unknown[] = [];
    const other = createServer(({ url }, response) => {
      asked.push(url);
      response.end();
    }).listen(Number(new URL(page.url()).port), '127.0.0.1');
    await once(other, 'listening');
    const button = frameIn(page, 'sly').getByRole('button');
    await button.click();
    await expect(button).toHaveText('rejected rejected rejected');
    expect(asked).toEqual([]);
    other.closeAllConnections();
    other.close();
  });
