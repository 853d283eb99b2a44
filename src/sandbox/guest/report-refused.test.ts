import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ToPage } from '../protocol.ts';

let sent: ToPage[] = [];
let refuse: (effectiveDirective: string, blockedURI: string) => void;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  sent = [];
  const { reportRefused } = await import('./report-refused.ts');
  reportRefused((message) => sent.push(structuredClone(message)));
  refuse = (effectiveDirective, blockedURI) =>
    document.dispatchEvent(
      Object.assign(new Event('securitypolicyviolation'), { effectiveDirective, blockedURI }),
    );
});
afterEach(() => vi.useRealTimers());

const reports = () =>
  sent.map((message) => (message.type === 'refused' ? Object.values(message.requests) : []));

test('reports many requests to one origin at once, without their paths, and later ones at most once a second', () => {
  for (const path of ['', '/a.png', '/b.png?c']) refuse('img-src', `https://other.test${path}`);
  refuse('connect-src', 'wss://other.test/socket');
  vi.advanceTimersByTime(0);
  const first = [
    { directive: 'img-src', address: 'https://other.test', count: 3 },
    { directive: 'connect-src', address: 'wss://other.test', count: 1 },
  ];
  expect(reports()).toEqual([first]);
  refuse('img-src', 'https://other.test/d.png');
  vi.advanceTimersByTime(999);
  expect(reports()).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(reports().at(-1)).toEqual([{ directive: 'img-src', address: 'https://other.test', count: 1 }]);
  vi.advanceTimersByTime(60_000);
  expect(reports()).toHaveLength(2);
  refuse('font-src', 'data');
  vi.advanceTimersByTime(0);
  expect(reports()).toHaveLength(3);
});

test('reports code from strings, and no other code without an address: it is an error of the widget', () => {
  for (const blocked of ['inline', 'trusted-types-sink']) refuse('script-src', blocked);
  vi.advanceTimersByTime(60_000);
  expect(sent).toEqual([]);
  for (const blocked of ['eval', 'wasm-eval']) refuse('script-src', blocked);
  vi.advanceTimersByTime(0);
  expect(reports()).toEqual([[{ directive: 'code', address: '', count: 2 }]]);
});

test('names a limited number of addresses, and counts the others', () => {
  for (let index = 0; index < 5000; index += 1) refuse('img-src', `https://a${index}.test/`);
  refuse('img-src', `https://${'a'.repeat(10_000)}`);
  vi.advanceTimersByTime(0);
  const [report] = reports();
  expect(report).toHaveLength(51);
  expect(report!.at(-1)).toEqual({ directive: 'others', address: '', count: 4951 });
  expect(JSON.stringify(report).length).toBeLessThan(5000);
});
