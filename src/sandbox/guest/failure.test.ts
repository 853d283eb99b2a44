// @vitest-environment node
import { expect, test } from 'vitest';
import type { WidgetError } from '../../contract/index.ts';
import { createError } from '../../contract/words.ts';
import { failureOf, silentFailure } from './failure.ts';

const place = { pluginId: 'sly', component: 'Chart', file: 'widget/Chart.js', hash: undefined };

/** As `apiFetch` of a frame rejects. */
const refused = Object.assign(new Error('sly/Chart: A sandboxed widget may not request /api/x.'), {
  name: 'WidgetError',
  code: 'ROUTE_REFUSED',
});

test('says what apiFetch has rejected with, where nothing caught it', () => {
  const error = createError('WIDGET_CRASHED', { ...place, cause: refused });
  expect(failureOf(error)).toMatchObject({ code: 'WIDGET_CRASHED', message: refused.message });
});

test('says what a bundle has thrown that looks like an error of the library', () =>
  expect(failureOf(refused as unknown as WidgetError)).toMatchObject({
    code: 'ROUTE_REFUSED',
    details: {},
    message: refused.message,
  }));

test('has the refused power and the address', () => {
  const error = createError('WIDGET_CRASHED', { ...place, cause: new TypeError('Failed to fetch') });
  expect(failureOf(error, { power: 'network', address: 'https://other.test' })).toMatchObject({
    message: 'Failed to fetch (https://other.test)',
    refused: 'network',
  });
  expect(failureOf(error, { power: 'storage' })).toMatchObject({ message: 'Failed to fetch' });
  expect(failureOf(error)).not.toHaveProperty('refused');
});

test('makes data of a refusal that was no error', () =>
  expect(silentFailure({ power: 'media', address: 'https://other.test/a.png' })).toEqual({
    code: 'UNCAUGHT_ERROR',
    details: {},
    message: 'https://other.test/a.png',
    stack: '',
    refused: 'media',
  }));
