import { cleanup, configure, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { useEffect } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { expectConsole } from '../../../fixtures/vitest/console.setup.ts';
import { settle } from '../../../fixtures/vitest/settle.setup.ts';
import { Dashboard } from '../../react/index.ts';
import { openPage, stubWidth } from '../../react/page.test.kit.tsx';
import { UiMessages } from '../ui-messages.tsx';
import { PluginInspector } from './plugin-inspector.tsx';
import { isShortcut } from './use-inspector.ts';

// The inspector reads the page four times in a second, on any machine.
configure({ asyncUtilTimeout: 15_000 });

class Sizes {
  observe() {}
  unobserve() {}
  disconnect() {}
}
beforeEach(() => {
  stubWidth();
  vi.stubGlobal('ResizeObserver', Sizes);
});
afterEach(() => {
  cleanup();
  history.replaceState(null, '', '/');
  localStorage.clear();
});

const BOARD = {
  panels: [
    { type: 'heading', label: 'Top' },
    { type: 'custom', component: 'Counter' },
    { type: 'custom', component: 'Counter' },
  ],
};
const app = (
  <>
    <button>Before</button>
    <Dashboard pluginId="demo" name="main" renderPanel={() => 'own'} />
    <PluginInspector />
  </>
);
const pressShortcut = () =>
  settle(() =>
    fireEvent.keyDown(document.activeElement!, {
      code: 'KeyW',
      key: '„',
      altKey: true,
      shiftKey: true,
    }),
  );
const inspector = () => screen.findByRole('complementary', { name: 'Plugin inspector' });

test('opens by the shortcut, takes the focus, and gives it back on Escape', async () => {
  const { show } = openPage(BOARD);
  await show(app);
  screen.getByRole('button', { name: 'Before' }).focus();
  expect(screen.queryByRole('complementary')).toBeNull();
  await pressShortcut();
  const aside = await inspector();
  // An effect moves it.
  await waitFor(() => expect(document.activeElement).toBe(within(aside).getByRole('heading', { level: 2 })));
  await settle(() => fireEvent.keyDown(document.activeElement!, { key: 'Escape' }));
  expect(screen.queryByRole('complementary')).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Before' }));
  await pressShortcut();
  await inspector();
  await pressShortcut();
  expect(screen.queryByRole('complementary')).toBeNull();
});

test('opens by ?inspect at the panel that it names, and moves between panels with arrow keys', async () => {
  history.replaceState(null, '', '/?inspect=demo/Counter');
  const { show } = openPage(BOARD);
  await show(app);
  const aside = await inspector();
  const tabs = await within(aside).findAllByRole('tab');
  const chosen = () => tabs.map((tab) => tab.ariaSelected ?? tab.getAttribute('aria-selected'));
  expect(tabs.map(({ textContent }) => textContent)).toEqual([
    'demo/heading Running',
    'demo/Counter Running',
    'demo/Counter 2 Running',
  ]);
  await waitFor(() => expect(chosen()).toEqual(['false', 'true', 'false']));
  const press = (key: string) => settle(() => fireEvent.keyDown(document.activeElement!, { key }));
  tabs[1]!.focus();
  await press('ArrowDown');
  await waitFor(() => expect(chosen()).toEqual(['false', 'false', 'true']));
  expect(document.activeElement).toBe(tabs[2]);
  await press('ArrowDown');
  expect(document.activeElement).toBe(tabs[0]);
  await press('End');
  await press('ArrowUp');
  await waitFor(() => expect(chosen()).toEqual(['false', 'true', 'false']));
  const panel = within(aside).getByRole('tabpanel');
  expect(panel.getAttribute('aria-labelledby')).toBe(tabs[1]!.id);
});

/** Returns the part of the inspector about the chosen panel. */
async function openPanel() {
  const aside = await inspector();
  return within(await within(aside).findByRole('tabpanel'));
}

test('shows status, trust, renders, and the explanation as a chain', async () => {
  const { show } = openPage(BOARD);
  history.replaceState(null, '', '/?inspect=demo/Counter');
  await show(app);
  const panel = await openPanel();
  const valueOf = (name: string) => panel.getByText(name, { selector: 'dt' }).nextElementSibling!.textContent;
  await waitFor(() => expect(valueOf('Status')).toBe('Running '));
  expect(valueOf('Trust')).toBe('Trusted');
  expect(valueOf('File')).toBe('widget/dist/Counter.js');
  const before = Number(valueOf('Renders'));
  expect(before).toBeGreaterThan(0);
  fireEvent.click(screen.getAllByRole('button', { name: 'Count 0' })[0]!);
  await waitFor(() => expect(Number(valueOf('Renders'))).toBe(before + 1));
  const [declared] = panel.getAllByRole('listitem');
  expect(declared!.textContent).toMatch(/✓ Declared by the plugin \(passed\).*declares Counter/);
});

test('says that a panel of the app is the app’s, and offers no restart', async () => {
  history.replaceState(null, '', '/?inspect=demo/heading');
  const { show } = openPage(BOARD);
  await show(app);
  const panel = await openPanel();
  expect(await panel.findByText('Part of this app')).toBeTruthy();
  // No step has failed, since there is no plugin that could declare it.
  const steps = panel.getAllByRole('listitem').map(({ textContent }) => textContent);
  expect(steps).toEqual([
    '✓ Name in the dashboard (passed) "heading" is a panel of this app. It belongs to no plugin.',
  ]);
  expect(panel.getAllByRole('button').map(({ textContent }) => textContent)).toEqual([
    'Copy as Markdown',
    'Copy as JSON',
  ]);
});

test('reloads a widget that runs, in all its panels, and releases a parked one', async () => {
  expectConsole(/boom/);
  const lives: string[] = [];
  let isBroken = false;
  function Widget() {
    useEffect(() => {
      lives.push('born');
      return () => void lives.push('gone');
    }, []);
    if (isBroken) throw new Error('boom');
    return <p>works</p>;
  }
  const { show, host } = openPage(BOARD, Widget, { crashBudget: { crashes: 1, within: 60_000 } });
  history.replaceState(null, '', '/?inspect=demo/Counter');
  await show(app);
  const panel = await openPanel();
  const press = async (name: string) => {
    const button = await panel.findByRole('button', { name });
    await settle(() => fireEvent.click(button));
  };
  await press('Reload the widget');
  await waitFor(() => expect(lives).toEqual(['born', 'born', 'gone', 'gone', 'born', 'born']));
  isBroken = true;
  await press('Reload the widget');
  await panel.findByRole('button', { name: 'Release' });
  isBroken = false;
  await press('Release');
  expect(await screen.findAllByText('works')).toHaveLength(2);
  expect(host.activity.getSnapshot().map(({ code }) => code)).toContain('WIDGET_PARKED');
});

test('names the error of a widget that crashed as the last step', async () => {
  expectConsole(/boom/);
  function Widget() {
    throw new Error('boom');
  }
  const { show } = openPage(BOARD, Widget as never);
  history.replaceState(null, '', '/?inspect=demo/Counter');
  await show(app);
  const panel = await openPanel();
  const last = await panel.findByText(/The widget threw: boom/, { selector: 'li[data-ok]' });
  expect(last.textContent).toMatch(/^✗ Crashes \(failed\)/);
  expect(panel.getAllByRole('button')[0]!.textContent).toBe('Retry');
});

const PLANTED = 'planted-session-token';

test.each(['Copy as Markdown', 'Copy as JSON'])('%s without tokens and query values', async (name) => {
  localStorage.setItem('nousviz_auth_token', 'planted-stored');
  function Widget({ host }: { host?: { apiFetch(url: string): Promise<unknown> } }) {
    useEffect(() => {
      void host?.apiFetch('/api/plugins/demo/dashboards/rows?q=planted two&page=2#planted');
    }, [host]);
    return <p>works</p>;
  }
  const { show, host } = openPage(BOARD, Widget as never, { getSessionToken: () => PLANTED });
  history.replaceState(null, '', '/?inspect=demo/Counter&key=planted');
  await show(app);
  await settle(() => {
    const error = new Error(`no ${PLANTED}, planted-stored, Bearer planted, ?a=planted`);
    error.stack = `Error\n at ${location.origin}/api/plugins/demo/widget/Counter.js:1:1`;
    dispatchEvent(new ErrorEvent('error', { error, message: error.message }));
  });
  await waitFor(() => expect(host.activity.getSnapshot().map(({ kind }) => kind)).toContain('error'));
  const write = vi.fn<(text: string) => Promise<void>>(async () => {});
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: write }, configurable: true });
  const panel = await openPanel();
  expect(await panel.findAllByText(/dashboards\/rows\?q=…&page=…/)).not.toEqual([]);
  // The page is read four times in a second.
  expect(await panel.findByText(/no …, …, Bearer …/)).toBeTruthy();
  const button = await panel.findByRole('button', { name });
  await settle(() => fireEvent.click(button));
  await waitFor(() => expect(write).toHaveBeenCalledOnce());
  const [[report]] = write.mock.calls as [[string]];
  expect(report).not.toContain('planted');
  for (const part of ['Counter', 'rows?q=…&page=…', 'no …, …, Bearer …', 'inspect=…&key=…', 'declared'])
    expect(report).toContain(part);
  if (name.endsWith('JSON')) expect(JSON.parse(report)).toMatchObject({ widget: { pluginId: 'demo' } });
  else expect(report).toMatch(/^# demo\/Counter\n/);
  Reflect.deleteProperty(navigator, 'clipboard');
  await settle(() => fireEvent.click(button));
  expect(await panel.findByLabelText('Select the text to copy it')).toBeTruthy();
});

test('outlines the panel below the pointer, and picks one without pressing what is in it', async () => {
  const { show } = openPage(BOARD);
  history.replaceState(null, '', '/?inspect=demo/heading');
  await show(app);
  const aside = await inspector();
  await within(aside).findAllByRole('tab');
  const [button] = screen.getAllByRole('button', { name: 'Count 0' }) as [HTMLElement];
  await settle(() => fireEvent.pointerOver(button));
  expect(document.querySelector('.nvz-ui-outline')!.textContent).toBe('demo/Counter');
  await settle(() => fireEvent.pointerOver(screen.getByRole('button', { name: 'Before' })));
  expect(document.querySelector('.nvz-ui-outline')).toBeNull();
  const pick = within(aside).getByRole('button', { name: 'Pick a panel on the page' });
  fireEvent.click(pick);
  expect(pick.getAttribute('aria-pressed')).toBe('true');
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(pick.getAttribute('aria-pressed')).toBe('false');
  expect(aside.isConnected).toBe(true);
  fireEvent.click(pick);
  await settle(() => fireEvent.click(button));
  expect(screen.getAllByRole('button', { name: 'Count 0' })).toHaveLength(2);
  await waitFor(() =>
    expect(within(aside).getByRole('tab', { selected: true }).textContent).toContain('demo/Counter'),
  );
  fireEvent.click(button);
  expect(screen.getByRole('button', { name: 'Count 1' })).toBeTruthy();
});

test('has its texts in another language, from right to left', async () => {
  history.replaceState(null, '', '/?inspect=demo/Counter');
  const { show } = openPage(BOARD);
  const value = {
    locale: 'he',
    direction: 'rtl' as const,
    inspector: { title: 'בודק התוספים', facts: { status: 'מצב' } },
  };
  await show(<UiMessages value={value}>{app}</UiMessages>);
  const aside = await screen.findByRole('complementary', { name: 'בודק התוספים' });
  expect([aside.lang, aside.dir]).toEqual(['he', 'rtl']);
  expect(await within(aside).findByText('מצב')).toBeTruthy();
  expect(within(aside).getByText('Trust')).toBeTruthy();
});

test.each([
  ['Alt+Shift+W', { code: 'KeyW', key: '„', altKey: true, shiftKey: true }, true],
  ['Alt+Shift+W', { code: 'KeyW', key: 'w', altKey: true }, false],
  ['Alt+Shift+W', { code: 'KeyW', key: 'W', altKey: true, shiftKey: true, ctrlKey: true }, false],
  ['Ctrl+F9', { code: 'F9', key: 'F9', ctrlKey: true }, true],
])('%s is pressed by %j: %s', (shortcut, init, expected) => {
  expect(isShortcut(new KeyboardEvent('keydown', init), shortcut)).toBe(expected);
});

test('the page makes room beside or below, the edge moves by keys, and the browser remembers the place', async () => {
  vi.stubGlobal('innerWidth', 1280);
  vi.stubGlobal('innerHeight', 800);
  const { body, documentElement: root } = document;
  body.style.paddingInlineEnd = '7px';
  const { show } = openPage(BOARD);
  await show(app);
  await pressShortcut();
  const element = await inspector();
  const edge = () => within(element).getByRole('separator', { name: 'Size of the inspector' });
  expect(body.style.paddingInlineEnd).toBe('min(416px, 75vw)');
  expect(element.style.inlineSize).toBe('min(416px, 75vw)');
  fireEvent.keyDown(edge(), { key: 'ArrowLeft' });
  expect(edge().ariaValueNow ?? edge().getAttribute('aria-valuenow')).toBe('448');
  fireEvent.keyDown(edge(), { key: 'End' });
  expect(body.style.paddingInlineEnd).toBe('min(960px, 75vw)');
  fireEvent.keyDown(edge(), { key: 'Home' });
  expect(body.style.paddingInlineEnd).toBe('min(260px, 75vw)');

  fireEvent.click(within(element).getByRole('button', { name: 'Move below the page' }));
  expect([body.style.paddingInlineEnd, body.style.paddingBlockEnd]).toEqual(['7px', 'min(400px, 75vh)']);
  // What has the focus is not below the inspector.
  expect(root.style.getPropertyValue('scroll-padding-block-end')).toBe('min(400px, 75vh)');
  fireEvent.keyDown(edge(), { key: 'ArrowUp' });
  expect(element.style.blockSize).toBe('min(432px, 75vh)');
  await pressShortcut();
  expect(body.style.paddingBlockEnd).toBe('');
  expect(root.style.getPropertyValue('scroll-padding-block-end')).toBe('');
  expect(body.style.paddingInlineEnd).toBe('7px');

  await pressShortcut();
  expect((await inspector()).style.blockSize).toBe('min(432px, 75vh)');
  fireEvent.click(screen.getByRole('button', { name: 'Move beside the page' }));
  expect((await inspector()).style.inlineSize).toBe('min(260px, 75vw)');
  body.removeAttribute('style');
});

test('on a narrow window it is a sheet below the page', async () => {
  vi.stubGlobal('innerHeight', 844);
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
  const { show } = openPage(BOARD);
  await show(app);
  await pressShortcut();
  const element = await inspector();
  expect(document.body.style.paddingBlockEnd).toBe('min(422px, 75vh)');
  expect(within(element).queryByRole('button', { name: /^Move/ })).toBeNull();
});

test('leaves no timer when it is closed, also after a change during a reading', async () => {
  const pending = new Set<unknown>();
  const [set, clear] = [setTimeout, clearTimeout];
  vi.stubGlobal('setTimeout', (act: () => void, ms?: number) => {
    const timer = set(() => {
      pending.delete(timer);
      act();
    }, ms);
    // The pace of the readings.
    if (ms === 250) pending.add(timer);
    return timer;
  });
  vi.stubGlobal('clearTimeout', (timer: ReturnType<typeof set>) => {
    pending.delete(timer);
    clear(timer);
  });
  let token = Promise.resolve('early');
  const { show } = openPage(BOARD, undefined, { getSessionToken: () => token });
  await show(app);
  let answer: ((token: string) => void) | undefined;
  token = new Promise((resolve) => (answer = resolve));
  await pressShortcut();
  await inspector();
  // The reading waits for the token, which it leaves out of the facts.
  await settle(() => document.body.append(' '));
  expect(pending.size).toBe(1);
  await settle(() => answer?.('late'));
  await pressShortcut();
  expect(pending.size).toBe(0);
});
