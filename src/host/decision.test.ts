import { expect, test, vi } from 'vitest';
import type { Client } from './client.ts';
import { createPlugins } from './plugins.ts';

/** In all tests of this file the server no longer serves the code of decisions. */
vi.mock('./client.ts', async (load) => ({
  ...(await load<typeof import('./client.ts')>()),
  loadDecision: () => Promise.reject(new TypeError('Failed to fetch dynamically imported module')),
}));

const makeList = (channel: string) => {
  const api = {
    listPlugins: vi.fn(async () => ({ plugins: [], refused: [] })),
    decide: vi.fn<Client['decide']>(),
  };
  return { api, plugins: createPlugins(api, channel) };
};

test.each([
  ['consent', 'trust'],
  ['consent in frames', 'sandbox'],
  ['revoke', 'revoke'],
] as const)('rejects for a %s whose code cannot be loaded, and says so', async (_, act) => {
  const { api, plugins } = makeList(act);
  await plugins.refresh();
  await expect(plugins[act]('a')).rejects.toMatchObject({
    code: 'API_FAILED',
    message: expect.stringMatching(/^A part of this page: .+ \[API_FAILED\]$/),
  });
  expect(api.decide).not.toHaveBeenCalled();
  plugins.dispose();
});

test('a refresh without the code that compares lists notifies the other tabs, since trust may have changed', async () => {
  const messages = vi.fn();
  const listener = new BroadcastChannel('without code');
  listener.addEventListener('message', messages);
  const { plugins } = makeList('without code');
  await plugins.refresh();
  await vi.waitFor(() => expect(messages).toHaveBeenCalledOnce());
  listener.close();
  plugins.dispose();
});
