// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { answerMock } from '../dev/answer-mock.ts';
import type { Mock } from '../dev/mock-routes.ts';
import type { CustomWidgetProps } from '../host/index.ts';
import { makeFolder } from '../server/folder.test.kit.ts';
import { fromMock, renderWidget } from './index.ts';

type MockFile = Record<string, Mock>;

const read = async (response: Response) => ({
  status: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.text(),
});

/** What `nousviz-widget dev` answers. */
async function askDev(mocks: MockFile, method: string, path: string) {
  const folder = await makeFolder({ 'mock/routes.json': JSON.stringify(mocks) });
  const request = new Request(`http://127.0.0.1/api/plugins/sales${path}`, { method });
  return read(await answerMock({ id: 'sales', folder }, request, path.replace(/\?.*/, '')));
}

/** What a widget gets in a test. */
async function askTesting(mocks: MockFile, method: string, path: string) {
  let apiFetch: typeof fetch;
  const Widget = ({ host }: CustomWidgetProps) => {
    apiFetch = host!.apiFetch;
    return null;
  };
  const { calls } = await renderWidget(Widget, { pluginId: 'sales', api: fromMock(mocks) });
  const answer = await read(await apiFetch!(`/api/plugins/sales${path}`, { method }));
  return { answer, params: calls[0]!.params };
}

interface Case {
  mocks: MockFile;
  /** @default "GET" */
  method?: string;
  path: string;
  status?: number;
  type?: string | null;
  body: string;
  params?: Record<string, string>;
}

const json = 'application/json';
const items = { 'GET /items/:id': { body: 'any' }, 'GET /items/new': { body: 'new' } };
const draft = { 'GET /items/new?draft=1': { body: 'draft' } };
const csv = { 'content-type': 'text/csv' };

const cases: Record<string, Case> = {
  'a body': { mocks: { 'GET /x': { body: { a: [1] } } }, path: '/x', body: '{"a":[1]}' },
  'no body': { mocks: { 'GET /x': {} }, path: '/x', body: 'null' },
  'an error without a body': {
    mocks: { 'GET /x': { status: 404 } },
    path: '/x',
    status: 404,
    body: '{"detail":"HTTP 404"}',
  },
  'an error whose body is null': {
    mocks: { 'GET /x': { status: 500, body: null } },
    path: '/x',
    status: 500,
    body: 'null',
  },
  'a malformed parameter': { mocks: items, path: '/items/%', body: '"any"', params: { id: '%' } },
  'an encoded parameter': { mocks: items, path: '/items/a%2Fb', body: '"any"', params: { id: 'a/b' } },
  'an exact path beside a pattern': { mocks: items, path: '/items/new', body: '"new"' },
  'its query string': { mocks: { ...items, ...draft }, path: '/items/new?draft=1', body: '"draft"' },
  'another query string': { mocks: { ...draft, ...items }, path: '/items/new?draft=2', body: '"new"' },
  HEAD: { mocks: { 'GET /x': { body: 1 } }, method: 'HEAD', path: '/x', body: '' },
  'HEAD of a text': {
    mocks: { 'GET /x': { headers: csv, body: 'a' } },
    method: 'HEAD',
    path: '/x',
    type: 'text/csv',
    body: '',
  },
  'another method': {
    mocks: { 'GET /x': {}, 'PUT /x': { status: 201 } },
    method: 'PUT',
    path: '/x',
    status: 201,
    body: 'null',
  },
  'a string': { mocks: { 'GET /x': { body: 'a' } }, path: '/x', body: '"a"' },
  'a text of a type': {
    mocks: { 'GET /x': { headers: csv, body: 'a,b' } },
    path: '/x',
    type: 'text/csv',
    body: 'a,b',
  },
  'JSON of a type': {
    mocks: { 'GET /x': { headers: csv, body: ['a'] } },
    path: '/x',
    type: 'text/csv',
    body: '["a"]',
  },
  '204 with a body': {
    mocks: { 'DELETE /x': { status: 204, body: 1 } },
    method: 'DELETE',
    path: '/x',
    status: 204,
    type: null,
    body: '',
  },
  '304': { mocks: { 'GET /x': { status: 304 } }, path: '/x', status: 304, type: null, body: '' },
  'a delay': {
    mocks: { 'GET /x': { delay: 5, status: 202, body: 'late' } },
    path: '/x',
    status: 202,
    body: '"late"',
  },
};

test.each(Object.entries(cases))('answers as nousviz-widget dev does: %s', async (_, expected) => {
  const { mocks, method = 'GET', path, status = 200, type = json, body, params = {} } = expected;
  const { answer, params: received } = await askTesting(mocks, method, path);
  expect(answer).toEqual(await askDev(mocks, method, path));
  expect([answer.status, answer.headers['content-type'] ?? null, answer.body]).toEqual([status, type, body]);
  expect(received).toEqual(params);
});

const broken: [string, object][] = [
  ['no method', { '/x': {} }],
  ['a path of the platform', { 'POST /api/query': {} }],
  ['a status that is none', { 'GET /x': { status: 99 } }],
  ['no object', { 'GET /x': 1 }],
];

test.each(broken)('refuses a mock file as nousviz-widget dev does: %s', async (_, mocks) => {
  const { status, body } = await askDev(mocks as MockFile, 'GET', '/x');
  const [, issue] = /^sales: mock\/routes\.json:1:2: (.*)$/.exec(
    (JSON.parse(body) as { detail: string }).detail,
  )!;
  expect(status).toBe(500);
  expect(() => fromMock(mocks as MockFile)).toThrow(`fromMock: ${issue} [ROUTE_INVALID]`);
});
