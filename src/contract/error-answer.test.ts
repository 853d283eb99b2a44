import { expect, test } from 'vitest';
import { detailOf } from './error-answer.ts';

test.each([
  [Response.json({ detail: 'not installed' }), 'not installed'],
  [Response.json({ detail: [{ msg: 'x' }] }), '[{"msg":"x"}]'],
  [Response.json({}), ''],
  [new Response('<html>'), ''],
])('reads the detail of a refusal', async (response, detail) =>
  expect(await detailOf(response)).toBe(detail),
);
