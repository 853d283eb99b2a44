import { expect, test } from 'vitest';
import { detailOf, diagnoseAnswer } from './answer.ts';

test.each([
  [Response.json({ detail: 'not installed' }), 'not installed'],
  [Response.json({ detail: [{ msg: 'x' }] }), '[{"msg":"x"}]'],
  [Response.json({}), ''],
  [new Response('<html>'), ''],
])('reads the detail of a refusal', async (response, detail) =>
  expect(await detailOf(response)).toBe(detail),
);

const html = { 'Content-Type': 'text/html; charset=utf-8' };
const json = { 'Content-Type': 'application/json' };

test.each([
  [
    'an error of the host API',
    Response.json({ detail: 'down' }, { status: 500 }),
    'API_FAILED',
    'HTTP 500 down',
  ],
  [
    'an error page of a gateway',
    new Response('<p>', { status: 502, headers: html }),
    'API_FAILED',
    'HTTP 502',
  ],
  [
    'the page of another server',
    new Response('<p>', { status: 404, headers: html }),
    'API_MISROUTED',
    'HTTP 404',
  ],
  ['a page in place of JSON', new Response('<p>', { headers: html }), 'API_MISROUTED', 'no JSON'],
  ['JSON that is cut off', new Response('{', { headers: json }), 'API_FAILED', 'no JSON'],
])('finds out why an answer cannot be used: %s', async (_, response, code, message) => {
  const cause = response.ok ? new SyntaxError('no JSON') : undefined;
  const error = await diagnoseAnswer({ url: '/api/plugins', response, code: 'API_FAILED', cause });
  expect(error).toMatchObject({ code, details: { url: '/api/plugins', cause: { message } } });
});
