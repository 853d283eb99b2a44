import type { Code, Failure, Message } from '../src/contract/index.ts';
import { createHostError } from '../src/contract/index.ts';
import { createError, MESSAGES } from '../src/contract/words.ts';

/** `true` where each of two types can stand for the other. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;

// Codes come from the record of messages alone, so a code without words cannot exist, and cannot be used.
export const codes: Same<Code, keyof typeof MESSAGES> = true;
// @ts-expect-error
createError('NO_SUCH_CODE', {});
// @ts-expect-error
export const unknown: Code = 'NO_SUCH_CODE';
// @ts-expect-error
export const incomplete = { WORDLESS: { title: 'T', cause: 'A fact.' } } satisfies Record<string, Message>;

// Every argument of the message is required; the place is not.
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
// An argument of the remedy alone counts, too.
createError('NO_DEFAULT_EXPORT', { file: 'a.js', component: 'Chart' });
// @ts-expect-error
createError('NO_DEFAULT_EXPORT', { file: 'a.js' });

// `{message}` is the argument, or the cause's message.
createError('WIDGET_CRASHED', { message: 'boom' });
createError('WIDGET_CRASHED', { cause: null });
// @ts-expect-error
createError('WIDGET_CRASHED', { pluginId: 'sales' });

// `{value}` is any value and `{rule}` the name of a rule; `{hint}` comes from the names.
createError('MANIFEST_INVALID', { place: 'id', value: undefined, rule: 'pluginId' });
// @ts-expect-error
createError('MANIFEST_INVALID', { place: 'id', value: 5, rule: 'no rule' });
// @ts-expect-error
createError('MANIFEST_INVALID', { place: 'id', rule: 'pluginId' });
createError('UNKNOWN_COMPONENT', { name: 'Chart', names: [] });
// @ts-expect-error
createError('UNKNOWN_COMPONENT', { name: 'Chart' });

// What every page loads are a few codes only.
createHostError('TRUST_REVOKED', {});
// @ts-expect-error
createHostError('BUNDLE_MISSING', { file: 'a.js', status: 404 });
// @ts-expect-error
createHostError('NAME_REFUSED', {});

// A failure has the arguments of its own code.
export const failure: Failure = { code: 'BUNDLE_MISSING', details: { file: 'a.js', status: 404 } };
// @ts-expect-error
export const missing: Failure = { code: 'BUNDLE_MISSING', details: { file: 'a.js' } };
// @ts-expect-error
export const other: Failure = { code: 'BUNDLE_MISSING', details: { url: '/api', message: 'HTTP 404' } };

// Of a code that is not known yet, the arguments of all are required.
export const some = (code: Code) =>
  // @ts-expect-error
  createError(code, { file: 'a.js' });
