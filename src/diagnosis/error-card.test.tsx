import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Failure } from '../contract/index.ts';
import { createError, errorOf } from '../contract/words.ts';
import type { CardPage } from './card-page.ts';
import { ErrorCard, type ErrorCardProps } from './error-card.tsx';
import { Notice } from './notice.tsx';

afterEach(cleanup);

const plugins = { getSnapshot: () => empty, subscribe: () => () => {} };
const empty = { plugins: [] };
const explain = vi.fn(async () => ({ text: '✓ declared: yes' }) as never);
const page: CardPage = { plugins, host: { version: '1.2.3', explain } };
const authors: CardPage = { ...page, audience: 'author' };
const place = (component: string, pluginId = 'demo') => ({ pluginId, component, file: `${component}.js` });
const waiting = (component: string, pluginId?: string) =>
  createError('AWAITING_CONSENT', place(component, pluginId));

const card = (error: ErrorCardProps['error'], props: Partial<ErrorCardProps> = {}) => (
  <ErrorCard key={error.message} error={error} page={page} onRetry={() => {}} {...props} />
);
const show = (...cards: ReactNode[]) => render(<>{cards}</>);
const pending = (error: ErrorCardProps['error']) => card(error, { isPending: true });
const buttonsOf = (element: HTMLElement) =>
  within(element)
    .queryAllByRole('button')
    .map(({ textContent }) => textContent);

test('eight panels of one untrusted plugin say it once, and the others lead to the first card', () => {
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
  show(...names.map((name) => pending(waiting(name))), pending(waiting('A', 'other')));
  const notes = screen.getAllByRole('note');
  expect(notes.map(({ dataset }) => dataset.code)).toEqual(
    Array.from({ length: 9 }, () => 'AWAITING_CONSENT'),
  );
  expect(screen.getAllByText(/code does not run/)).toHaveLength(2);
  expect(notes.map(buttonsOf)).toEqual([[], ...Array.from({ length: 7 }, () => ['See first panel']), []]);
  fireEvent.click(within(notes[7]!).getByRole('button'));
  expect(document.activeElement).toBe(notes[0]);
});

test('the next card is whole when the first one leaves, and an earlier one takes its place', () => {
  const [a, b] = [pending(waiting('A')), pending(waiting('B'))];
  const { rerender } = show(a, b);
  const whole = () => screen.getAllByRole('note').map((note) => /code does not run/.test(note.textContent));
  expect(whole()).toEqual([true, false]);
  rerender(<>{[b]}</>);
  expect(whole()).toEqual([true]);
  rerender(<>{[a, b]}</>);
  expect(whole()).toEqual([true, false]);
});

test.each([
  ['of the plugin', 'demo', 'Decide', [false, false]],
  ['of all plugins', '', 'Review', [true, false]],
])('leads to the review %s where the app has one, and repeats none', (_, id, name, whole) => {
  const { rerender } = show(pending(waiting('A')), pending(waiting('B')));
  const both = (
    <>
      {[pending(waiting('A')), pending(waiting('B'))]}
      <section data-nousviz-review="another">no</section>
      <section data-nousviz-review={id}>yes</section>
    </>
  );
  rerender(both);
  rerender(both);
  const notes = screen.getAllByRole('note');
  expect(notes.map(buttonsOf)).toEqual([[name], [name]]);
  expect(notes.map(({ textContent }) => textContent.includes('code does not run'))).toEqual(whole);
  for (const note of notes) {
    act(() => note.focus());
    fireEvent.click(within(note).getByRole('button', { name }));
    expect(document.activeElement).toBe(screen.getByText('yes'));
  }
});

test('follows the link to a review on another page', () => {
  const onClick = vi.fn((event: { preventDefault(): void }) => event.preventDefault());
  render(
    <>
      <a href="/settings" data-nousviz-review="" onClick={onClick}>
        Settings
      </a>
      {pending(waiting('A'))}
    </>,
  );
  fireEvent.click(screen.getByRole('button', { name: 'Review' }));
  expect(onClick).toHaveBeenCalledOnce();
});

test('failures that differ in the file alone are said once, and each keeps its Retry and its details', () => {
  const retries = [vi.fn(), vi.fn()];
  const errors = ['A', 'B'].map((name) => createError('UNREACHABLE', { ...place(name), cause: 1 }));
  show(...errors.map((error, index) => card(error, { onRetry: retries[index]! })));
  const [first, second] = screen.getAllByRole('alert') as [HTMLElement, HTMLElement];
  expect(first.textContent).toContain('No answer for A.js');
  expect(second.textContent).not.toContain('No answer');
  expect(buttonsOf(second)).toEqual(['Retry', 'Details']);
  fireEvent.click(within(second).getByRole('button', { name: 'Retry' }));
  expect(retries.map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
  fireEvent.click(within(second).getByRole('button', { name: 'Details' }));
  const dialog = document.querySelector('dialog')!;
  expect(dialog.textContent).toContain('No answer for B.js');
  fireEvent(dialog, new Event('close'));
  expect(document.querySelector('dialog')).toBeNull();
});

test('failures of other words are whole, each', () => {
  show(
    ...['one', 'two'].map((text) =>
      card(createError('WIDGET_CRASHED', { ...place('A'), cause: new Error(text) })),
    ),
  );
  expect(
    screen.getAllByRole('alert').map(({ textContent }) => /threw: (one|two)/.exec(textContent)?.[1]),
  ).toEqual(['one', 'two']);
});

const classic: Failure = { code: 'CLASSIC_JSX', details: place('A') };
const server: Failure = { code: 'SERVER_ERROR', details: { ...place('A'), status: 500 } };
const crash: Failure = { code: 'WIDGET_CRASHED', details: { ...place('A'), cause: new Error('boom') } };
const parked: Failure = {
  code: 'WIDGET_PARKED',
  details: { ...place('A'), count: 3, seconds: 60, message: 'boom' },
};

test.each<[string, Failure, CardPage, string[]]>([
  ['a build for its operator', classic, page, ['Copy flags', 'Retry', 'Copy report', 'Explain']],
  ['a build for its author', classic, authors, ['Copy flags', 'Retry', 'Explain']],
  ['a server for an operator', server, page, ['Retry', 'Copy report', 'Explain']],
  ['a crash for an operator', crash, page, ['Retry', 'Copy report']],
  ['a crash for an author', crash, authors, ['Retry']],
  ['a parked widget for an operator', parked, page, ['Release', 'Copy report']],
  ['a parked widget for an author', parked, authors, ['Release']],
])('has the actions that help: %s', (_, failure, shownOn, buttons) => {
  show(card(errorOf(failure), { page: shownOn }));
  const alert = screen.getByRole('alert');
  // Those in a closed part for the author count too.
  const all = [...alert.querySelectorAll('button')].filter(({ style }) => style.display !== 'none');
  expect(all.map(({ textContent }) => textContent)).toEqual(buttons);
});

test('an operator reads what to do, and the author’s remedy on demand', () => {
  show(card(errorOf(classic)));
  expect(screen.getByText(/send the report to its author/)).toBeTruthy();
  expect(screen.getByText('For the author').closest('details')!.textContent).toContain('--jsx=automatic');
  cleanup();
  show(card(errorOf(classic), { page: authors }));
  expect(screen.queryByText(/send the report/)).toBeNull();
  expect(screen.queryByText('For the author')).toBeNull();
  expect(screen.getByText(/Build for the automatic JSX runtime/)).toBeTruthy();
});

test('copies a report without secrets, and shows it where the clipboard is missing', async () => {
  const error = createError('BUNDLE_THREW', {
    ...place('A'),
    hash: 'a'.repeat(64),
    cause: new Error('no token=planted for /x?q=planted'),
  });
  const write = vi.fn<(text: string) => Promise<void>>(async () => {});
  vi.stubGlobal('navigator', { userAgent: 'Browser/1', clipboard: { writeText: write } });
  show(card(error));
  const press = (name: string) => act(async () => fireEvent.click(screen.getByRole('button', { name })));
  await press('Copy report');
  await vi.waitFor(() => expect(write).toHaveBeenCalledOnce());
  const [[report]] = write.mock.calls as [[string]];
  expect(report).toMatch(/^# Bundle failed to start: demo\/A\n/);
  for (const part of [
    'BUNDLE_THREW',
    `SHA-256: ${'a'.repeat(64)}`,
    'runtime: 1.2.3',
    'Browser/1',
    '✓ declared: yes',
  ])
    expect(report).toContain(part);
  expect(report).not.toContain('planted');
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy();

  vi.stubGlobal('navigator', { userAgent: 'Browser/1' });
  await press('Copied');
  expect(await screen.findByText(/^# Bundle failed to start/)).toBeTruthy();
});

test('explains on demand', async () => {
  show(card(errorOf(server)));
  const button = screen.getByRole('button', { name: 'Explain' });
  expect(button.ariaExpanded ?? button.getAttribute('aria-expanded')).toBe('false');
  await act(async () => fireEvent.click(button));
  expect(explain).toHaveBeenCalledWith('demo', 'A');
  expect(screen.getByText('✓ declared: yes')).toBeTruthy();
  await act(async () => fireEvent.click(button));
  expect(screen.queryByText('✓ declared: yes')).toBeNull();
});

test('a notice is one line, and the rest on demand', () => {
  render(<Notice error={createError('UPDATES_ITSELF', { ...place('A'), starter: 'timer' })} />);
  const note = screen.getByRole('note');
  expect(note.dataset.code).toBe('UPDATES_ITSELF');
  expect(note.querySelector('summary')!.textContent).toContain('starts a timer after every render');
  expect(note.querySelector('details')!.textContent).toContain('Look for an effect that starts a timer');
});

test('the card of a decision names its plugin, beside the question about another one too', () => {
  const list = { plugins: [{ id: 'demo', display_name: 'Weather', components: [] }] };
  const listed: CardPage = { ...page, plugins: { ...plugins, getSnapshot: () => list as never } };
  show(
    card(waiting('A'), { isPending: true, page: listed }),
    card(waiting('B'), { isPending: true, page: listed }),
    card(waiting('A', 'other'), { isPending: true, page: listed }),
  );
  const [first, second, other] = screen.getAllByRole('note').map(({ textContent }) => textContent);
  expect(first).toContain('Weather waits for a decision');
  expect(first).toContain('Review the plugin under Settings → Plugins.');
  expect(second).toContain('Weather waits for a decision');
  expect(other).toMatch(/^Waits for a decision/);
  // What is recommended may be another decision.
  expect(first).not.toContain('Trust');
});
