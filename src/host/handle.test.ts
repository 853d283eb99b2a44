import { expect, test, vi } from 'vitest';
import { createHostError } from '../contract/index.ts';
import { createWidgets, standardHelpers } from '../helpers/index.ts';
import { createActivity, type ActivityEntry } from './activity.ts';
import { createHandle } from './handle.ts';

const owner = { pluginId: 'sales', component: 'Chart' };

/** Makes a handle over the real helpers and activity; only the network is missing. */
function setup(answer?: () => Response) {
  const sent: Request[] = [];
  const fetch = vi.fn((input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    sent.push(request);
    return new Promise<Response>((resolve, reject) => {
      if (answer) resolve(answer());
      const end = () => reject(request.signal.reason as Error);
      if (request.signal.aborted) end();
      request.signal.addEventListener('abort', end);
    });
  });
  const widgets = createWidgets(
    { apiBase: '/api', getSessionToken: () => 'secret', fetch },
    standardHelpers(),
  );
  const grant = new AbortController();
  const grants = new Map([['sales', grant.signal]]);
  const entries: ActivityEntry[] = [];
  const { request } = createActivity({
    apiBase: '/api',
    apiFetch: widgets.apiFetch,
    grants: () => grants,
    onEntry: (entry) => entries.push(entry),
  });
  const held = createHandle(widgets, request, owner, grant.signal);
  const revoke = () => {
    grants.delete('sales');
    grant.abort(createHostError('TRUST_REVOKED', owner));
  };
  return { ...held, widgets, sent, entries, revoke };
}

test('has the helpers and its owner, and cannot be changed', () => {
  const { handle, widgets } = setup();
  expect(handle).toMatchObject(owner);
  for (const name of Object.keys(widgets)) expect(handle, name).toHaveProperty(name, expect.any(Function));
  expect(handle.formatNumber(1234.5)).toBe(widgets.formatNumber(1234.5));
  expect(handle.formatBytes(1024)).toBe('1 KB');
  expect(handle.cn('p-1', 'p-2')).toBe('p-2');
  expect(Object.isFrozen(handle)).toBe(true);
  expect(() => Object.assign(handle, { pluginId: 'other' })).toThrow(TypeError);
  expect(() => Object.assign(handle, { signal: undefined })).toThrow(TypeError);
});

test('makes requests under its owner’s name, with the operator’s token', async () => {
  const { handle, hold, sent, entries } = setup(() => Response.json({}));
  hold();
  expect((await handle.apiFetch('/api/x', { method: 'POST' })).status).toBe(200);
  expect(sent.map(({ headers }) => headers.get('X-Session-Token'))).toEqual(['secret']);
  expect(entries).toMatchObject([{ ...owner, text: 'POST /api/x → 200' }]);
});

test('ends its requests with the panel, and works again when React shows the panel again', async () => {
  const { handle, hold } = setup();
  const leave = hold();
  const { signal } = handle;
  const request = handle.apiFetch('/api/x');
  leave();
  await expect(request).rejects.toMatchObject({ name: 'AbortError' });
  await expect(handle.apiFetch('/api/x')).rejects.toMatchObject({ name: 'AbortError' });
  expect([signal.aborted, handle.signal.aborted]).toEqual([true, true]);
  expect(handle.formatNumber(1)).toBe('1');

  const leaveAgain = hold();
  expect([signal.aborted, handle.signal.aborted]).toEqual([true, false]);
  const again = handle.apiFetch('/api/x');
  leaveAgain();
  await expect(again).rejects.toMatchObject({ name: 'AbortError' });
});

test('has one signal as long as the panel stays', () => {
  const { handle, hold } = setup();
  const { signal } = handle;
  hold();
  expect(handle.signal).toBe(signal);
});

test('ends its requests when trust is revoked, and then throws from every helper', async () => {
  const { handle, hold, widgets, sent, revoke } = setup();
  const leave = hold();
  const request = handle.apiFetch('/api/x');
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  revoke();
  await expect(request).rejects.toMatchObject({ code: 'TRUST_REVOKED', pluginId: 'sales' });
  expect(handle.signal.aborted).toBe(true);
  expect(handle.signal.reason).toMatchObject({ code: 'TRUST_REVOKED' });
  const helpers = Object.keys(widgets).filter((name) => name !== 'apiFetch');
  expect(helpers.length).toBeGreaterThan(4);
  for (const name of helpers) {
    expect(handle[name as 'formatNumber'], name).toThrow(expect.objectContaining({ code: 'TRUST_REVOKED' }));
  }
  await expect(handle.apiFetch('/api/x')).rejects.toMatchObject({ code: 'TRUST_REVOKED' });
  leave();
  hold();
  expect(handle.signal.aborted).toBe(true);
  await expect(handle.apiFetch('/api/x')).rejects.toMatchObject({ code: 'TRUST_REVOKED' });
  expect(sent).toHaveLength(1);
});

test('does not affect the page’s helpers', () => {
  const { handle, widgets, revoke } = setup();
  revoke();
  expect(() => handle.formatNumber(1)).toThrow(/TRUST_REVOKED/);
  expect(widgets.formatNumber(1)).toBe('1');
});
