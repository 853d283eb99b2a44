// @vitest-environment node
import { afterEach, expect, test, vi } from 'vitest';
import type { Sandboxed } from '../host/index.ts';
import { errorOfFailure, isPowerRefused } from './failure-error.ts';
import { POWERS, type Power } from './powers.ts';

const sandboxed = {
  pluginId: 'sly',
  component: { name: 'Chart', path: 'widget/Chart.js', filename: 'Chart.js' },
  version: 'a'.repeat(64),
  signal: new AbortController().signal,
} as unknown as Sandboxed;

const URL_IN_TEXT = 'https://other.test/secret/plugins/sly/widget/Chart.js:1:2';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['the stack', { stack: `Error\n    at x (${URL_IN_TEXT})` }],
  ['the message', { message: `at x (${URL_IN_TEXT})` }],
  ['an argument', { details: { message: `at x (${URL_IN_TEXT})`, url: URL_IN_TEXT } }],
  ['the place', { at: URL_IN_TEXT, frame: URL_IN_TEXT }],
])('requests no URL that a frame has written into %s of its failure', async (_, given) => {
  const fetch = vi.fn(async () => new Response(''));
  vi.stubGlobal('fetch', fetch);
  const failure = { code: 'WIDGET_CRASHED', details: {}, message: 'x', stack: '', ...given };
  const error = await errorOfFailure(sandboxed, failure, '/api');
  expect(error).toMatchObject({ code: 'WIDGET_CRASHED', pluginId: 'sly', component: 'Chart' });
  expect((error.cause as Error).stack).toBe(failure.stack);
  expect(fetch).not.toHaveBeenCalled();
});

test.each(Object.entries(POWERS))('says what the sandbox does not allow: %s', async (refused, tried) => {
  const failure = {
    code: 'WIDGET_CRASHED',
    details: {},
    message: 'x',
    stack: 'at y',
    refused: refused as Power,
  };
  const error = await errorOfFailure(sandboxed, failure, '/api');
  expect(error).toMatchObject({
    code: 'POWER_REFUSED',
    title: 'Not allowed in the sandbox',
    fact: `The widget tried to ${tried}, which the sandbox does not allow: x.`,
    fix: expect.stringContaining('trust the plugin'),
    pluginId: 'sly',
    component: 'Chart',
    cause: { message: 'x', stack: 'at y' },
  });
  expect(isPowerRefused(error)).toBe(true);
});
