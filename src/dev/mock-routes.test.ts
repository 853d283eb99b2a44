import { expect, test } from 'vitest';
import { createMockRoutes } from './mock-routes.ts';

/** Creates routes that answer with their own keys. */
function routesOf(...keys: string[]) {
  const routes = createMockRoutes<string>();
  for (const key of keys) routes.set(...(key.split(' ') as [string, string]), key);
  return (request: string) => routes.find(...(request.split(' ') as [string, string]));
}

test('prefers an exact path to a pattern, and a query string to none, in any order', () => {
  const keys = ['GET /items/:id', 'GET /items/new', 'GET /items/new?draft=1', 'GET /items/:id?draft=1'];
  for (const order of [keys, keys.toReversed()]) {
    const find = routesOf(...order);
    expect(find('GET /items/new')?.answer).toBe('GET /items/new');
    expect(find('GET /items/new?draft=1')?.answer).toBe('GET /items/new?draft=1');
    expect(find('GET /items/new?draft=2')?.answer).toBe('GET /items/new');
    expect(find('GET /items/7?draft=1')?.answer).toBe('GET /items/:id?draft=1');
    expect(find('GET /items/7')?.answer).toBe('GET /items/:id');
  }
  expect(routesOf('GET /items?page=2')('GET /items')).toBeUndefined();
});

test.each([
  ['another case', 'GET /Items'],
  ['another method', 'PUT /items'],
  ['a method that every object has', 'constructor /items'],
  ['a slash at the end', 'GET /items/'],
  ['a longer path', 'GET /items/1/2'],
  ['an empty part for a name', 'GET /parts/'],
  ['a path that looks like another host', 'GET //items'],
  ['a path that looks like an invalid host', 'GET //%'],
])('finds no route for %s', (_, request) => {
  expect(routesOf('GET /items', 'GET /items/:id', 'GET /parts/:id')(request)).toBeUndefined();
});

test('answers HEAD with its own route or that of GET', () => {
  expect(routesOf('GET /items')('HEAD /items')?.answer).toBe('GET /items');
  expect(routesOf('GET /items', 'HEAD /items')('HEAD /items')?.answer).toBe('HEAD /items');
});

test.each([
  ['/items/7/parts/8', { id: '7', part: '8' }],
  ['/items/a%20b/parts/c%2Fd', { id: 'a b', part: 'c/d' }],
  ['/items/%/parts/%E9', { id: '%', part: '%E9' }],
  ['/items/:id/parts/*', { id: ':id', part: '*' }],
])('reads the parameters of %s', (path, params) => {
  expect(routesOf('GET /items/:id/parts/:part')(`GET ${path}`)?.params).toEqual(params);
});

test('compares paths in the spelling of URLs', () => {
  expect(routesOf('GET /größe/{a}')('GET /gr%C3%B6%C3%9Fe/%7Ba%7D')?.answer).toBe('GET /größe/{a}');
});

test('matches any rest with a star at the end', () => {
  const find = routesOf('GET /files/*', 'GET /files/list');
  expect(find('GET /files/a/b')?.answer).toBe('GET /files/*');
  expect(find('GET /files/list')?.answer).toBe('GET /files/list');
});

test('distinguishes whole URLs by origin', () => {
  const find = routesOf('GET https://one.test/items', 'GET /items');
  expect(find('GET https://one.test/items')?.answer).toBe('GET https://one.test/items');
  expect(find('GET https://two.test/items')).toBeUndefined();
});

test('replaces the answer of a route', () => {
  const routes = createMockRoutes<number>();
  routes.set('GET', '/items', 1);
  routes.set('GET', '/others', 2);
  routes.set('GET', '/items', 3);
  expect(routes.find('GET', '/items')?.answer).toBe(3);
  expect(routes.answers()).toEqual([3, 2]);
});
