import { expect, test } from 'vitest';
import { WidgetError, type Code, type Details } from './errors.ts';
import { ERRORS, quote, RULES, tell } from './messages.ts';

const told = (code: Code, details: Details) => {
  const error = new WidgetError(code, details);
  return { ...tell(error), message: error.message };
};

test('gives place, fact, remedy and code', () => {
  const details = { pluginId: 'sales', component: 'MyWidget', file: 'widget/dist/MyWidget.js' };
  expect(told('NO_DEFAULT_EXPORT', details).message).toBe(
    'sales/MyWidget: widget/dist/MyWidget.js did not export a default React component. ' +
      'End the file with "export default function MyWidget". [NO_DEFAULT_EXPORT]',
  );
});

test('has words for every code and rule', () => {
  for (const { title, cause, fix } of Object.values(ERRORS)) {
    expect(title).toMatch(/^[A-Z]/);
    expect(cause).not.toBe('');
    expect(fix).toMatch(/[.}?:]$/);
  }
  for (const rule of Object.values(RULES)) expect(rule).toMatch(/^must /);
});

test('fills in facts, and the message of what was thrown first', () => {
  expect(told('SERVER_ERROR', { file: 'a.js', status: 503 }).cause).toBe(
    'The server failed to hand out a.js (HTTP 503).',
  );
  expect(told('WIDGET_CRASHED', { cause: null }).cause).toBe('The widget threw: null.');
  expect(told('WIDGET_CRASHED', { cause: new Error('boom') }).cause).toBe('The widget threw: boom.');
});

test('tells a broken rule with place and value', () => {
  const details = {
    pluginId: 'sales',
    place: 'frontend.components[0].path',
    value: '../x.js',
    rule: 'innerPath' as const,
  };
  expect(told('MANIFEST_INVALID', details).message).toMatch(
    /^sales: frontend\.components\[0\]\.path is "\.\.\/x\.js", but it must be relative and stay inside the plugin/,
  );
});

test('says the same when it is told twice', () => {
  const error = new WidgetError('UNREACHABLE', { file: 'a.js' });
  tell(error);
  const { message } = error;
  tell(error);
  expect(error.message).toBe(message);
});

test('hints at similar names, the plugin’s own without its id', () => {
  const unknown = (name: string) =>
    told('UNKNOWN_COMPONENT', { pluginId: 'demo', name, names: () => ['demo/TicketList', 'other/TicketLst'] })
      .fix;
  expect(unknown('TicketLst')).toBe('Did you mean other/TicketLst, TicketList?');
  expect(unknown('Nothing')).toBe('Declare it under frontend.components in plugin.yaml.');
});

test('quotes any value briefly', () => {
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  expect([undefined, 'a', { a: 1 }, circle, () => 1].map(quote)).toEqual([
    'missing',
    '"a"',
    '{"a":1}',
    'of type object',
    'of type function',
  ]);
  expect(quote('x'.repeat(200))).toHaveLength(80);
});
