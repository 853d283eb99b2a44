import { afterEach, expect, test } from 'vitest';
import { requestWithoutSecrets, urlWithoutSecrets, withoutSecrets } from './secrets.ts';

afterEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  document.cookie = 'sid=; max-age=0';
});

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9';

test.each([
  ['/api/items?q=planted&page=2', '/api/items?q=…&page=…'],
  ['/api/items?planted', '/api/items?…'],
  ['https://ann:planted@other.example/x#access_token=planted', 'https://…@other.example/x#…'],
  ['/api/items/4f9a17c2b6d84e03a1f5planted', '/api/items/…'],
  ['/plugin/service-desk/overview', '/plugin/service-desk/overview'],
  ['?disable-plugins', '?…'],
])('removes the values from the URL %s', (url, clean) => {
  expect(urlWithoutSecrets(url)).toBe(clean);
});

test.each([
  ['Authorization: Bearer planted-1', 'Authorization: …'],
  ['sent Bearer planted-1 to it', 'sent Bearer … to it'],
  ['the token is planted-1.', 'the token is …'],
  ['{"api_key":"planted one","page":2}', '{"api_key":…,"page":2}'],
  ['X-Session-Token: planted', 'X-Session-Token: …'],
  ['Cookie: a=planted; b=planted', 'Cookie: …'],
  ["password = 'planted one'", 'password = …'],
  ['failed at https://other.example/x?key=planted: 500', 'failed at https://other.example/x?key=…'],
  [`refused ${JWT}`, 'refused …'],
  ['no 0123456789abcdefplanted0123', 'no …'],
  ['Did you mean Chart?', 'Did you mean Chart?'],
  ['Minified React error #321; visit it', 'Minified React error #321; visit it'],
  ["evaluating 'a?.b ?? c'", "evaluating 'a?.b ?? c'"],
  ['widget/dist/QuarterlyRevenueChart.js is missing', 'widget/dist/QuarterlyRevenueChart.js is missing'],
])('removes what may be a secret from %s', (text, clean) => {
  const found = withoutSecrets(text);
  expect(found).toMatch(new RegExp(`^${clean.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  expect(found).not.toContain('planted');
});

test('removes the secrets that the page keeps, and those that are known', () => {
  localStorage.setItem('nousviz_auth_token', 'plum tree');
  sessionStorage.setItem('oauth', '{"refresh":"cherry","theme":"dark"}');
  document.cookie = 'sid=apricot';
  localStorage.setItem('theme', 'purple');
  expect(withoutSecrets('plum tree, cherry, apricot, medlar, purple', ['medlar'])).toBe('…, …, …, …, purple');
});

test('removes a query with spaces from a request', () => {
  expect(requestWithoutSecrets('GET /api/items?name=Ann Smith&b=1 → 200')).toBe(
    'GET /api/items?name=…&b=… → 200',
  );
  expect(requestWithoutSecrets('POST /api/x?a=1 → no: Bearer planted')).toBe(
    'POST /api/x?a=… → no: Bearer …',
  );
});
