import { expect, test } from 'vitest';
import { HOST_MESSAGES } from './host-messages.ts';
import type { Message } from './message.ts';
import { MESSAGES, type Code } from './messages.ts';

test.each(Object.entries<Message>(MESSAGES))(
  'has a complete message for %s',
  (code, { title, cause, fix, copy }) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(title).toMatch(/^[A-Z]/);
    expect(cause).not.toBe('');
    expect(fix).toMatch(/[.}?:]$/);
    if (fix.endsWith(':')) expect(copy).toBeTruthy();
  },
);

test('includes the messages that every page loads', () => {
  for (const [code, message] of Object.entries(HOST_MESSAGES)) expect(MESSAGES[code as Code]).toBe(message);
});
