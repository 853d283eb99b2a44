import { expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { createError } from '../contract/words.ts';
import type { ActivityEntry } from './activity.ts';
import { createReport } from './report.ts';

const hash = 'a'.repeat(64);
const cause = new Error('first');
const plain = () => createError('TRUST_REVOKED', { pluginId: 'sales' });
const crash = () => createError('WIDGET_CRASHED', { pluginId: 'sales', component: 'Chart', hash, cause });

function setup(onError: (error: unknown) => void = () => {}) {
  const entries: ActivityEntry[] = [];
  const heard = vi.fn(onError);
  return { entries, heard, ...createReport({ onError: heard, onEntry: (entry) => entries.push(entry) }) };
}

test('reports an error once, with its cause if it has one', () => {
  expectConsole(/^\[NousViz\] sales: The operator revoked trust/);
  expectConsole(/^\[NousViz\] sales\/Chart: The widget threw: first/);
  const { entries, heard, show, record } = setup();
  const [revoked, crashed] = [plain(), crash()];
  record(crashed);
  expect(console.error).not.toHaveBeenCalled();
  for (const error of [revoked, crashed, revoked, crashed]) show(error);
  record(revoked);
  expect(vi.mocked(console.error).mock.calls).toEqual([
    [`[NousViz] ${revoked.message}`],
    [`[NousViz] ${crashed.message}`, cause],
  ]);
  expect(heard.mock.calls).toEqual([[crashed], [revoked]]);
  expect(crashed).toMatchObject({ pluginId: 'sales', component: 'Chart', hash, cause });
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(entries).toEqual([
    {
      kind: 'failure',
      code: 'WIDGET_CRASHED',
      pluginId: 'sales',
      component: 'Chart',
      hash,
      at,
      text: crashed.message,
    },
    { kind: 'failure', code: 'TRUST_REVOKED', pluginId: 'sales', at, text: revoked.message },
  ]);
});

test('calls onError alone for a failure that has its entry already', () => {
  const { entries, heard, notify } = setup();
  const error = crash();
  notify(error);
  expect(heard).toHaveBeenCalledExactlyOnceWith(error);
  expect(entries).toEqual([]);
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('monitor is down');
    },
  ],
  [
    'throws null',
    () => {
      throw null;
    },
  ],
  ['rejects', () => Promise.reject(new Error('monitor is down'))],
])('goes on if onError %s', async (_, onError) => {
  expectConsole(/^\[NousViz\] onError of createHost failed: (Error: monitor is down|null)/);
  const { entries, record } = setup(onError);
  record(crash());
  record(crash());
  await vi.waitFor(() => expect(console.error).toHaveBeenCalledTimes(2));
  expect(entries).toHaveLength(2);
});
