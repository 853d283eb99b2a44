import { expect, test } from 'vitest';
import { createError, errorOf, quote } from './create-error.ts';
import type { Message } from './message.ts';
import { MESSAGES, type Code, type Failure } from './messages.ts';
import { RULES, type Rule } from './rules.ts';
import { VARIANTS } from './variants.ts';

const PLACE = { pluginId: 'sales', component: 'Chart' };

/** The names of a message's arguments. */
const namesOf = ({ cause, fix, copy = '' }: Message) =>
  [...`${cause} ${fix} ${copy}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

/** The arguments that have a printed form of their own; all others are printed as they are. */
const SPECIAL: Record<string, { details: object; printed: string }> = {
  component: { details: PLACE, printed: 'Chart' },
  value: { details: { value: ['a'] }, printed: '["a"]' },
  rule: { details: { rule: 'list' }, printed: RULES.list },
  hint: {
    details: { names: ['sales/Charts', 'other/Map'], name: 'Chrt' },
    printed: 'Did you mean Charts?',
  },
  name: { details: { name: 'Chrt' }, printed: 'Chrt' },
};

const argumentOf = (name: string) =>
  SPECIAL[name] ?? { details: { [name]: `the ${name}` }, printed: `the ${name}` };

test.each(Object.entries<Message>(MESSAGES))(
  'makes %s with place, fact, remedy and code at once',
  (code, message) => {
    const names = namesOf(message);
    const details = Object.assign({ ...PLACE }, ...names.map((name) => argumentOf(name).details));
    const filled = (text: string) =>
      names.reduce((rest, name) => rest.replaceAll(`{${name}}`, argumentOf(name).printed), text);
    const failure = { code, details } as Failure;
    const made = [createError(failure.code, failure.details as never), errorOf(failure)];
    for (const error of made) {
      expect(error.message).toMatch(/^sales\/Chart: /);
      expect(error.message).toContain(filled(message.cause));
      expect(error.message).toContain(filled(message.fix));
      expect(error.message.endsWith(` [${code}]`)).toBe(true);
      if (message.fix.endsWith(':')) expect(error.message).toContain(filled(message.copy!));
      expect([error.message, error.title, error.fact, error.fix, error.copy].join('\n')).not.toMatch(
        /\{\w+\}|undefined/,
      );
      expect(error).toMatchObject({ code, ...PLACE });
    }
  },
);

test('a message for the operator that names the plugin’s author or consent has other words for the author', () => {
  const isFor = ({ cause = '', fix = '' }: Partial<Message>) =>
    /the plugin’s author|where plugins are trusted/.test(cause + fix);
  const codes = Object.entries<Message>(MESSAGES).flatMap(([code, message]) =>
    isFor(message) ? [code as Code] : [],
  );
  expect(codes).not.toEqual([]);
  for (const code of codes) expect(VARIANTS[code]?.author?.fix, code).toBeTruthy();
  for (const variants of Object.values(VARIANTS))
    for (const variant of ['author', 'app'] as const) expect(isFor(variants[variant] ?? {})).toBe(false);
});

test('writes a whole message', () => {
  const details = { ...PLACE, component: 'MyWidget', file: 'widget/dist/MyWidget.js' };
  expect(createError('NO_DEFAULT_EXPORT', details).message).toBe(
    'sales/MyWidget: widget/dist/MyWidget.js did not export a default React component. ' +
      'End the file with "export default function MyWidget". [NO_DEFAULT_EXPORT]',
  );
});

test('fills in facts, and the message of the cause', () => {
  expect(createError('SERVER_ERROR', { file: 'a.js', status: 503 }).fact).toBe(
    'The server failed to serve a.js (HTTP 503).',
  );
  expect(createError('WIDGET_CRASHED', { cause: null }).fact).toBe('The widget threw: null.');
  expect(createError('WIDGET_CRASHED', { cause: new Error('boom') }).fact).toBe('The widget threw: boom.');
});

test.each(Object.keys(RULES) as Rule[])('names the rule %s with place and value', (rule) => {
  const details = { pluginId: 'sales', place: 'frontend.components[0].path', value: '../x.js', rule };
  for (const code of ['MANIFEST_INVALID', 'LIST_INVALID', 'DASHBOARD_INVALID'] as const)
    expect(createError(code, details).message).toContain(
      `sales: frontend.components[0].path is "../x.js", but it ${RULES[rule]}. `,
    );
});

test('suggests similar names, the plugin’s own without its id', () => {
  const fixOf = (name: string) =>
    createError('UNKNOWN_COMPONENT', {
      pluginId: 'demo',
      name,
      names: ['demo/TicketList', 'other/TicketLst'],
    }).fix;
  expect(fixOf('TicketLst')).toBe('Did you mean other/TicketLst, TicketList?');
  expect(fixOf('Nothing')).toBe('Declare it under frontend.components in plugin.yaml.');
});

test('quotes any value briefly', () => {
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  expect([undefined, 'a', { a: 1 }, circle, () => 1, 1n].map(quote)).toEqual([
    'missing',
    '"a"',
    '{"a":1}',
    'of type object',
    'of type function',
    'of type bigint',
  ]);
  expect(quote('x'.repeat(200))).toHaveLength(80);
});
