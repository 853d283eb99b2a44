import { afterEach, expect, test } from 'vitest';
import { sha256Of } from './integrity.ts';
import { readZip, writeZip, type Files } from './zip.ts';

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const TEXT = 'export default () => null;\n'.repeat(100);
const files = (...paths: string[]): Files => new Map(paths.map((path) => [path, Buffer.from(TEXT)]));

test('reads what it writes, with names of every script', async () => {
  const written = files('plugin.yaml', 'widget/dist/Übersicht.js', 'dashboards/概要.yaml');
  expect(
    new Map([...(await readZip(writeZip(written)))].map(([path, content]) => [path, String(content)])),
  ).toEqual(new Map([...written.keys()].toSorted().map((path) => [path, TEXT])));
});

test('writes the same bytes in any order, time zone and year, on every machine', () => {
  const hash = sha256Of(writeZip(files('a.js', 'b/c.js')));
  process.env.TZ = 'Pacific/Auckland';
  expect(sha256Of(writeZip(files('b/c.js', 'a.js')))).toBe(hash);
  process.env.TZ = 'America/Los_Angeles';
  expect(sha256Of(writeZip(files('a.js', 'b/c.js')))).toBe(hash);
  expect(hash).toBe('dc4ef4b400d66c3dd6578c12d4d5172a1abfcb4f9de559fa844f934ca67389a4');
});
