import { expect, test } from 'vitest';
import { LOOPBACK, refuseOrigin } from './consent-origin.ts';

const check = (headers: Record<string, string>, hosts = LOOPBACK, url = 'http://localhost:4173/api/x') =>
  refuseOrigin(new Request(url, { method: 'POST', headers }), hosts);

test.each<Record<string, string>>([
  {},
  { host: 'localhost:4173' },
  { host: '127.0.0.1' },
  { host: '[::1]:4173' },
  { host: 'LOCALHOST:4173' },
  { host: 'localhost:4173', origin: 'http://localhost:4173' },
  { host: 'localhost:4173', origin: 'http://localhost:4173', 'sec-fetch-site': 'same-origin' },
  { host: 'localhost:4173', 'sec-fetch-site': 'none' },
])('accepts %j', (headers) => {
  expect(check(headers)).toBeUndefined();
});

test.each<Record<string, string>>([
  { host: 'localhost:4173', origin: 'https://evil.example' },
  { host: 'localhost:4173', origin: 'http://localhost:4174' },
  { host: 'localhost:4173', origin: 'http://127.0.0.1:4173' },
  { host: 'localhost:4173', origin: 'null' },
  { host: 'localhost:4173', origin: '' },
  { host: 'localhost:4173', origin: 'http://localhost:4173@evil.example' },
  { host: 'localhost:4173', 'sec-fetch-site': 'cross-site' },
  { host: 'localhost:4173', 'sec-fetch-site': 'same-site' },
  { host: 'localhost:4173', origin: 'http://localhost:4173', 'sec-fetch-site': 'cross-site' },
])('refuses another site: %j', (headers) => {
  expect(check(headers)).toMatch(/^Consent is not accepted from another site/);
});

test.each([
  'evil.example',
  'evil.example:4173',
  'localhost.evil.example',
  'localhost:80@evil.example',
  'localhost/x',
  ' ',
  '0',
])('refuses the Host name %j, and names the option to set', (host) => {
  expect(check({ host, origin: `http://${host}` })).toMatch(/Host name .* add it to the option "hosts"/);
});

test('accepts the host names of the option, behind a proxy that ends TLS', () => {
  const headers = { host: 'nous.example', origin: 'https://nous.example' };
  expect(check(headers, ['Nous.Example'])).toBeUndefined();
  expect(check({ ...headers, host: 'nous.example:443' }, ['nous.example'])).toBeUndefined();
  expect(
    check({ ...headers, origin: 'https://other.example' }, ['nous.example', 'other.example']),
  ).toBeDefined();
  expect(check({ host: 'localhost' }, ['nous.example'])).toBeDefined();
});

test('reads the host name from the URL without a Host header', () => {
  expect(check({}, LOOPBACK, 'http://evil.example/api')).toMatch(/evil\.example/);
});
