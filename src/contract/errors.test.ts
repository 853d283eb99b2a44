import { expect, test } from 'vitest';
import { isWidgetError, messageOf, WidgetError } from './errors.ts';

test('carries code, plugin, component and cause', () => {
  const cause = new Error('first');
  const error = new WidgetError('NO_DEFAULT_EXPORT', { pluginId: 'sales', component: 'MyWidget', cause });
  expect(error).toMatchObject({ code: 'NO_DEFAULT_EXPORT', pluginId: 'sales', component: 'MyWidget', cause });
  expect(error.message).toContain('[NO_DEFAULT_EXPORT]');
});

test('is recognised by name, from another realm too', () => {
  expect(isWidgetError(new WidgetError('API_FAILED'))).toBe(true);
  expect(isWidgetError({ name: 'WidgetError', code: 'API_FAILED' })).toBe(true);
  for (const other of [null, undefined, 'x', new Error('x')]) expect(isWidgetError(other)).toBe(false);
});

test('reads a message off anything that can be thrown', () => {
  const hostile = {
    get message() {
      throw new Error('no');
    },
  };
  expect(
    [new Error('m'), 'text', null, undefined, { message: 'own' }, hostile, Symbol('s')].map(messageOf),
  ).toEqual(['m', 'text', 'null', 'undefined', 'own', 'a value that cannot be shown', 'Symbol(s)']);
});
