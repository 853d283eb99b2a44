import type { Code, Failure, Message } from '../src/contract/index.ts';
import { createHostError } from '../src/contract/index.ts';
import { createError, MESSAGES } from '../src/contract/words.ts';

/** `true` if each of two types is assignable to the other. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;

// All codes are keys of the record of messages, so no code lacks a message.
export const codes: Same<Code, keyof typeof MESSAGES> = true;
// @ts-expect-error
createError('NO_SUCH_CODE', {});
// @ts-expect-error
export const unknown: Code = 'NO_SUCH_CODE';
// @ts-expect-error
export const incomplete = { NO_FIX: { title: 'T', cause: 'A fact.' } } satisfies Record<string, Message>;

// Every argument of the message is required, and the place is optional.
createError('BUNDLE_MISSING', { file: 'a.js', status: 404 });
createError('BUNDLE_MISSING', { pluginId: 'sales', component: 'Chart', file: 'a.js', status: 404 });
// @ts-expect-error
createError('BUNDLE_MISSING', { file: 'a.js' });
// @ts-expect-error
createError('BUNDLE_MISSING', { status: 404 });
// @ts-expect-error
createError('BUNDLE_MISSING', {});
// @ts-expect-error
createError('BUNDLE_MISSING', { file: undefined, status: 404 });
// @ts-expect-error
createError('BUNDLE_MISSING', { file: 'a.js', status: 404, stauts: 404 });
// Arguments that only the remedy uses are required too.
createError('NO_DEFAULT_EXPORT', { file: 'a.js', component: 'Chart' });
// @ts-expect-error
createError('NO_DEFAULT_EXPORT', { file: 'a.js' });

// `{message}` is an argument, or the message of the cause.
createError('WIDGET_CRASHED', { message: 'boom' });
createError('WIDGET_CRASHED', { cause: null });
// @ts-expect-error
createError('WIDGET_CRASHED', { pluginId: 'sales' });

// `{value}` is any value, `{rule}` is the name of a rule, and `{hint}` is made from the names.
createError('MANIFEST_INVALID', { place: 'id', value: undefined, rule: 'pluginId' });
// @ts-expect-error
createError('MANIFEST_INVALID', { place: 'id', value: 5, rule: 'no rule' });
// @ts-expect-error
createError('MANIFEST_INVALID', { place: 'id', rule: 'pluginId' });
createError('UNKNOWN_COMPONENT', { name: 'Chart', names: [] });
// @ts-expect-error
createError('UNKNOWN_COMPONENT', { name: 'Chart' });

// Every page loads only these few codes.
createHostError('TRUST_REVOKED', {});
// @ts-expect-error
createHostError('BUNDLE_MISSING', { file: 'a.js', status: 404 });
// @ts-expect-error
createHostError('NAME_REFUSED', {});

// A failure requires the arguments of its code.
export const failure: Failure = { code: 'BUNDLE_MISSING', details: { file: 'a.js', status: 404 } };
// @ts-expect-error
export const missing: Failure = { code: 'BUNDLE_MISSING', details: { file: 'a.js' } };
// @ts-expect-error
export const other: Failure = { code: 'BUNDLE_MISSING', details: { url: '/api', message: 'HTTP 404' } };

// A code that is not known statically requires the arguments of all codes.
export const some = (code: Code) =>
  // @ts-expect-error
  createError(code, { file: 'a.js' });
