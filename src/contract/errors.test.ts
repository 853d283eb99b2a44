import { expect, test } from 'vitest';
import { fillMessage, isWidgetError, messageOf, nameOf, sentenceOf, WidgetError } from './errors.ts';
import type { Message } from './message.ts';

const MESSAGE = {
  title: 'No default export',
  cause: '{file} did not export a default React component.',
  fix: 'End the file with a component.',
} satisfies Message;

const hostile = {
  get name() {
    throw new Error('no');
  },
  get message() {
    throw new Error('no');
  },
};

test('has place, fact, remedy and code as soon as it is made', () => {
  const details = { pluginId: 'sales', component: 'MyWidget', file: 'widget/dist/MyWidget.js' };
  const error = new WidgetError('NO_DEFAULT_EXPORT', MESSAGE, details);
  expect(error.message).toBe(
    'sales/MyWidget: widget/dist/MyWidget.js did not export a default React component. ' +
      'End the file with a component. [NO_DEFAULT_EXPORT]',
  );
  expect(error).toMatchObject({
    title: 'No default export',
    fact: 'widget/dist/MyWidget.js did not export a default React component.',
    fix: 'End the file with a component.',
    copy: undefined,
    details,
  });
});

test.each([
  [{ pluginId: 'sales' }, /^sales: a\.js did/],
  [{ component: 'Chart' }, /^Chart: a\.js did/],
  [{}, /^a\.js did/],
])('begins with the known parts of the place: %j', (place, message) =>
  expect(new WidgetError('NO_DEFAULT_EXPORT', MESSAGE, { ...place, file: 'a.js' }).message).toMatch(message),
);

test('carries code, plugin, component and cause', () => {
  const cause = new Error('first');
  const place = { pluginId: 'sales', component: 'MyWidget', file: 'a.js' };
  const error = new WidgetError('NO_DEFAULT_EXPORT', MESSAGE, { ...place, cause });
  expect(error).toMatchObject({ code: 'NO_DEFAULT_EXPORT', pluginId: 'sales', component: 'MyWidget', cause });
  expect(new WidgetError('NO_DEFAULT_EXPORT', MESSAGE, place)).not.toHaveProperty('cause');
  expect(new WidgetError('NO_DEFAULT_EXPORT', MESSAGE, { ...place, cause: null })).toHaveProperty(
    'cause',
    null,
  );
});

test('is recognised by name, from another realm too', () => {
  expect(isWidgetError(new WidgetError('NO_DEFAULT_EXPORT', MESSAGE, { file: 'a.js' }))).toBe(true);
  expect(isWidgetError({ name: 'WidgetError', code: 'API_FAILED' })).toBe(true);
  for (const other of [null, undefined, 'x', new Error('x'), hostile])
    expect(isWidgetError(other)).toBe(false);
});

test('fills in every argument, and the message of the cause', () => {
  const message = (cause: string): Message => ({ title: 'T', cause, fix: 'Fix {file}.', copy: 'see {file}' });
  const fact = (cause: string, details: object) => fillMessage(message(cause), details).fact;
  expect(fact('{status} for {file}, {file}', { file: 'a.js', status: 503 })).toBe('503 for a.js, a.js.');
  expect(fact('{names}!', { names: ['a', 'b', 'c', 'd', 'e', 'f'] })).toBe('a, b, c, d, e!');
  expect(fact('It threw: {message}', { cause: null })).toBe('It threw: null.');
  expect(fact('It threw: {message}', { cause: new Error('boom…') })).toBe('It threw: boom…');
  expect(fact('It threw: {message}', { message: 'own', cause: new Error('boom') })).toBe('It threw: own.');
  expect(fact('{file}', { file: '{status}', status: 5 })).toBe('{status}.');
  expect(fillMessage(message('x'), { file: 'a.js' })).toEqual({
    title: 'T',
    fact: 'x.',
    fix: 'Fix a.js.',
    copy: 'see a.js',
  });
});

test('adds the code to copy to a remedy that ends in a colon', () => {
  const message = { title: 'T', fact: 'A fact.', copy: '--flag' };
  expect(sentenceOf({ ...message, fix: 'Add the flag:' })).toBe('A fact. Add the flag: --flag');
  expect(sentenceOf({ ...message, fix: 'Add "--flag".' })).toBe('A fact. Add "--flag".');
});

test('reads name and message of any thrown value', () => {
  expect(
    [new Error('m'), 'text', null, undefined, { message: 'own' }, hostile, Symbol('s')].map(messageOf),
  ).toEqual(['m', 'text', 'null', 'undefined', 'own', 'a value that cannot be shown', 'Symbol(s)']);
  expect([new TypeError('m'), 'text', null, undefined, { name: 5 }, hostile].map(nameOf)).toEqual([
    'TypeError',
    undefined,
    undefined,
    undefined,
    5,
    undefined,
  ]);
});
