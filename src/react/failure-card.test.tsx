import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import type { Code, Failure } from '../contract/index.ts';
import { createError } from '../contract/words.ts';
import { createStore } from '../host/store.ts';
import type { HostInternals, PluginList } from '../host/index.ts';
import { FailureCard } from './failure-card.tsx';

afterEach(cleanup);

const place = { pluginId: 'demo', component: 'Chart', file: 'widget/dist/Chart.js' };
const missing = { code: 'BUNDLE_MISSING', details: { ...place, status: 404 } } as const satisfies Failure;

const report = vi.fn<HostInternals['report']>();
const list = createStore<PluginList>({ status: 'ready', plugins: [], refused: [] });
const plugins = list as Partial<HostInternals['plugins']> as HostInternals['plugins'];
const internals = { report, plugins } as Partial<HostInternals> as HostInternals;
const onRetry = vi.fn();
beforeEach(() => vi.clearAllMocks());

type Props = Partial<Parameters<typeof FailureCard>[0]>;
const card = (failure: Props['failure'] & {}, props: Props = {}) => (
  <FailureCard internals={internals} failure={failure} onRetry={onRetry} {...props} />
);
const show = (...given: Parameters<typeof card>) => settle(() => render(card(...given)));

test('shows a failure’s place, fact and remedy, and reports it once', async () => {
  const { rerender } = await show(missing);
  const alert = screen.getByRole('alert');
  expect(alert.dataset.code).toBe('BUNDLE_MISSING');
  expect(alert.textContent).toMatch(
    /widget\/dist\/Chart\.js is not on the server \(HTTP 404\)\..*Build the widget.*demo\/Chart/,
  );
  await settle(() => rerender(card(missing)));
  expect(report.mock.calls).toMatchObject([[{ name: 'WidgetError', ...missing }]]);
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(onRetry).toHaveBeenCalledOnce();
});

test('shows an error that has been made already', async () => {
  const error = createError('UNREACHABLE', place);
  await show(error);
  expect(screen.getByRole('alert').dataset.code).toBe('UNREACHABLE');
  expect(report).toHaveBeenCalledExactlyOnceWith(error);
});

test('shows a new failure in place of the old one', async () => {
  const { rerender } = await show(missing);
  await settle(() => rerender(card({ code: 'NO_DEFAULT_EXPORT', details: place })));
  expect(screen.getByRole('alert').dataset.code).toBe('NO_DEFAULT_EXPORT');
  expect(report.mock.calls.map(([{ code }]) => code)).toEqual(['BUNDLE_MISSING', 'NO_DEFAULT_EXPORT']);
});

test('shows a pending decision without a report and without a Retry', async () => {
  await show({ code: 'AWAITING_CONSENT', details: place }, { isPending: true });
  expect(screen.getByRole('note').dataset.code).toBe('AWAITING_CONSENT');
  expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  expect(report).not.toHaveBeenCalled();
});

test.each<[Code, Failure, string[]]>([
  [
    'UNKNOWN_COMPONENT',
    { code: 'UNKNOWN_COMPONENT', details: { ...place, name: 'Chrt', names: [] } },
    ['Copy report'],
  ],
  [
    'HOST_NOT_PUBLISHED',
    { code: 'HOST_NOT_PUBLISHED', details: { ...place, message: 'no' } },
    ['Copy report'],
  ],
  [
    'WIDGET_PARKED',
    { code: 'WIDGET_PARKED', details: { ...place, count: 3, seconds: 60, message: 'boom' } },
    ['Release', 'Copy report'],
  ],
  ['CLASSIC_JSX', { code: 'CLASSIC_JSX', details: place }, ['Copy flags', 'Retry', 'Copy report']],
  [
    'DYNAMIC_REQUIRE',
    { code: 'DYNAMIC_REQUIRE', details: { ...place, specifier: 'react' } },
    ['Copy command', 'Retry', 'Copy report'],
  ],
  ['NO_DEFAULT_EXPORT', { code: 'NO_DEFAULT_EXPORT', details: place }, ['Copy code', 'Retry', 'Copy report']],
])('offers the possible actions on a card of %s', async (_, failure, buttons) => {
  await show(failure);
  expect(screen.queryAllByRole('button').map(({ textContent }) => textContent)).toEqual(buttons);
});

test('says that a newer file waits while the trusted one fails, as long as it waits', async () => {
  const listed = (state: object) => {
    const components = [{ name: 'Other' }, { name: 'Chart', ...state }];
    const plugin = { id: 'demo', display_name: 'Demo', needs_consent: false, components };
    return settle(() => list.set({ status: 'ready', plugins: [plugin as never], refused: [] }));
  };
  await listed({ changed: false, consented: null });
  await show({ code: 'BUNDLE_THREW', details: { ...place, cause: new Error('no') } });
  const { textContent } = screen.getByRole('alert');
  expect(textContent).toContain('rebuild it, and accept the change where plugins are trusted.');
  expect(textContent).not.toContain('newer file');
  await listed({ changed: true, consented: { sha256: 'a'.repeat(64) } });
  expect(screen.getByRole('alert').textContent).toContain('A newer file waits. Review the change');
  await listed({ changed: false, consented: null });
  expect(screen.getByRole('alert').textContent).not.toContain('newer file');
});

const serverDown = () => {
  throw new TypeError('the server is down');
};

/** Renders the card on a page that cannot load one of its files. */
async function cardWithout(file: string, factory: Parameters<typeof vi.doMock>[1]) {
  vi.resetModules();
  vi.doMock(file, factory);
  onTestFinished(() => void vi.doUnmock(file));
  return (await import('./failure-card.tsx')).FailureCard;
}

test('shows the failure’s own code, and why its message could not be loaded', async () => {
  const Card = await cardWithout('../diagnosis/index.ts', serverDown);
  render(<Card internals={internals} failure={missing} />);
  const alert = await screen.findByRole('alert');
  expect(alert.dataset.code).toBe('BUNDLE_MISSING');
  expect(alert.textContent).toMatch(
    /Chart\.js failed, and the page could not load the explanation: .*mocking/,
  );
});

test('shows a plain card if the error card cannot be loaded', async () => {
  const Card = await cardWithout('../host/index.ts', async (load: () => Promise<object>) => ({
    ...(await load()),
    loadDiagnosis: async () => serverDown(),
  }));
  const error = createError(missing.code, missing.details);
  render(<Card internals={internals} failure={error} onRetry={onRetry} />);
  const alert = await screen.findByRole('alert');
  expect(alert.dataset.code).toBe('BUNDLE_MISSING');
  expect(alert.textContent).toBe(`${error.message} Retry`);
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(onRetry).toHaveBeenCalledOnce();
});
