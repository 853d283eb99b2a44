import { expect, test } from 'vitest';
import { readOrigins } from './origins.ts';

const DASH = 'https://dash.example.com';

const requestOf = (headers: Record<string, string>, url = 'http://localhost:4173/api/x') =>
  new Request(url, { method: 'POST', headers });

/** Checks requests that change trust. */
const check = (headers: Record<string, string>, option: string[] = []) =>
  readOrigins(option).refuseWrite(requestOf(headers));

/** Checks requests that read. */
const checkRead = (headers: Record<string, string>, option: string[] = []) =>
  readOrigins(option).refuseRead(requestOf(headers));

test.each<Record<string, string>>([
  {},
  { host: 'localhost:4173' },
  { host: '127.0.0.1' },
  { host: '[::1]:4173' },
  { host: 'LOCALHOST:4173' },
  { host: '192.168.1.5:4173', origin: 'http://192.168.1.5:4173' },
  { host: '[fd00::5]:4173', origin: 'http://[fd00::5]:4173' },
  { host: 'localhost:4173', origin: 'http://localhost:4173' },
  { host: 'localhost:4173', origin: 'http://localhost:4173', 'sec-fetch-site': 'same-origin' },
  { host: 'localhost:4173', 'sec-fetch-site': 'none' },
])('accepts %j', (headers) => {
  expect(check(headers)).toBeUndefined();
  expect(checkRead(headers)).toBeUndefined();
});

test.each<Record<string, string>>([
  { host: 'localhost:4173', origin: 'https://evil.example' },
  { host: 'localhost:4173', origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  { host: 'localhost:4173', origin: 'http://localhost:4174' },
  { host: 'localhost:4173', origin: 'http://localhost:4174', 'sec-fetch-site': 'same-site' },
  { host: 'localhost:4173', origin: 'http://127.0.0.1:4173' },
  { host: 'localhost:4173', origin: 'http://localhost.:4173' },
  { host: 'localhost:4173', origin: 'http://localhost.evil.example', 'sec-fetch-site': 'same-origin' },
  { host: 'localhost:4173', origin: 'null' },
  { host: 'localhost:4173', origin: 'null', 'sec-fetch-site': 'same-origin' },
  { host: 'localhost:4173', origin: '' },
  { host: 'localhost:4173', origin: 'http://localhost:4173@evil.example' },
  { host: 'localhost:4173', origin: 'http://evil.example@localhost:4173', 'sec-fetch-site': 'same-origin' },
  { host: 'localhost:4173', origin: 'http://localhost:4173/x', 'sec-fetch-site': 'same-origin' },
  { host: 'localhost:4173', origin: 'http://localhost:4173, http://evil.example' },
  { host: 'localhost:4173', origin: 'file://' },
  { host: 'localhost:4173', 'sec-fetch-site': 'cross-site' },
  { host: 'localhost:4173', 'sec-fetch-site': 'same-site' },
  { host: 'localhost:4173', origin: 'http://localhost:4173', 'sec-fetch-site': 'cross-site' },
  { host: '192.168.1.5:4173', origin: 'http://192.168.1.6:4173' },
])('refuses consent from another site: %j', (headers) => {
  expect(check(headers)).toMatch(/^Consent is not accepted from another site/);
  expect(check(headers, [DASH])).toMatch(/^Consent is not accepted from another site/);
});

test.each([
  'evil.example',
  'evil.example:4173',
  'localhost.evil.example',
  'localhost.',
  'backend:4173',
  'localhost:80@evil.example',
  'localhost/x',
  'localhost?x',
  ' ',
  '0',
  '127.1',
])('answers nothing under the Host name %j, and names the option to set', (host) => {
  // A page under a name that points to this server has the same origin as the server.
  const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  const message = /Host name .* add it to the option "origins" .* pass on the browser’s Host header/;
  expect(check(headers)).toMatch(message);
  expect(check(headers, [DASH])).toMatch(message);
  expect(checkRead(headers)).toMatch(message);
  expect(checkRead({ host })).toMatch(message);
});

test.each(['x-forwarded-host', 'forwarded', 'x-original-host'])(
  'ignores %s, which any page can send',
  (name) => {
    const forwarded = { [name]: name === 'forwarded' ? 'host=localhost' : 'localhost' };
    expect(checkRead({ host: 'evil.example', ...forwarded })).toContain('evil.example');
    const origin = 'http://evil.example';
    const evil = { [name]: name === 'forwarded' ? 'host=evil.example' : 'evil.example' };
    expect(check({ host: 'localhost', origin, ...evil })).toContain('evil.example');
  },
);

test.each<[string, Record<string, string>]>([
  ['Vite', { host: '127.0.0.1:4173', origin: 'http://localhost:5173', 'sec-fetch-site': 'same-origin' }],
  [
    'Vite over IPv6',
    { host: 'localhost:4173', origin: 'http://[::1]:5173', 'sec-fetch-site': 'same-origin' },
  ],
])('accepts consent through the dev proxy of %s, which replaces Host', (_, headers) => {
  expect(check(headers)).toBeUndefined();
});

test.each<[string, Record<string, string>]>([
  ['passes Host on', { host: 'dash.example.com', origin: DASH, 'sec-fetch-site': 'same-origin' }],
  ['passes Host on with a port', { host: 'dash.example.com:443', origin: DASH }],
  ['passes Host on in upper case', { host: 'Dash.Example.COM', origin: DASH }],
  ['replaces Host by an address', { host: '127.0.0.1:4173', origin: DASH, 'sec-fetch-site': 'same-origin' }],
  ['replaces Host by a name', { host: 'backend:4173', origin: DASH, 'sec-fetch-site': 'same-origin' }],
  ['replaces Host, for an old browser', { host: '127.0.0.1:4173', origin: DASH }],
])('accepts consent from a named origin behind a proxy that %s', (_, headers) => {
  expect(check(headers, [DASH])).toBeUndefined();
  // Without the option, the message says how to set it.
  expect(check(headers)).toMatch(/add it to the option "origins" of createServer/);
});

test('a named origin is one scheme, name and port', () => {
  const proxied = { host: '127.0.0.1:4173', 'sec-fetch-site': 'same-origin' };
  for (const origin of [
    `${DASH}:8443`,
    'http://dash.example.com',
    'https://www.dash.example.com',
    `${DASH}.`,
  ])
    expect(check({ ...proxied, origin }, [DASH]), origin).toContain(`If "${origin}" is the origin`);
  expect(check({ ...proxied, origin: `${DASH}:8443` }, [DASH, `${DASH}:8443`])).toBeUndefined();
});

test('accepts requests of pages on another origin that is named', () => {
  const headers = { host: 'api.example.com', origin: DASH, 'sec-fetch-site': 'same-site' };
  expect(check(headers, [DASH])).toBeUndefined();
  expect(checkRead(headers, [DASH])).toBeUndefined();
  expect(checkRead({ host: 'api.example.com' }, [DASH])).toContain('api.example.com');
  expect(checkRead({ host: 'api.example.com' }, [DASH, 'https://api.example.com'])).toBeUndefined();
});

test('names the cure only for an origin that can be added', () => {
  const refused = (origin: string) => check({ host: 'localhost:4173', origin });
  expect(refused('http://192.168.1.5:5173')).toContain('add it to the option "origins"');
  expect(refused('null')).not.toContain('option');
  expect(refused('http://localhost@evil.example')).not.toContain('option');
});

test('reads the host name from the URL without a Host header', () => {
  const { refuseWrite } = readOrigins([]);
  expect(refuseWrite(requestOf({}, 'http://evil.example/api'))).toMatch(/evil\.example/);
});

test.each([
  [`${DASH}/`, DASH],
  ['https://dash.example.com:443', DASH],
  ['HTTPS://Dash.Example.com', DASH],
  ['http://bücher.example', 'http://xn--bcher-kva.example'],
  ['http://[::1]:4173', 'http://[::1]:4173'],
])('reads the origin %j as %j', (option, origin) => {
  expect(readOrigins([option]).includes(origin)).toBe(true);
});

test.each<[unknown, string]>([
  ['dash.example.com', 'origins[0] is "dash.example.com", which is not an origin.'],
  ['localhost:4173', 'Write scheme, name and port'],
  ['*', 'origins[0] is "*"'],
  ['null', 'origins[0] is "null"'],
  ['ftp://dash.example.com', 'origins[0]'],
  [`${DASH}/nous`, `without a path: "${DASH}".`],
  [`${DASH}/?x`, `"${DASH}".`],
  [`${DASH}/#`, `"${DASH}".`],
  ['https://user@dash.example.com', 'origins[0]'],
  [undefined, 'origins[0] is missing'],
])('refuses the option %j', (value, message) => {
  expect(() => readOrigins([value as string])).toThrow(message);
  expect(() => readOrigins([value as string])).toThrow(TypeError);
});

test('refuses an option that is not a list', () => {
  expect(() => readOrigins(DASH as never)).toThrow('Write a list: ["https://dash.example.com"].');
});
