import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectConsole } from '../../../fixtures/vitest/console.setup.ts';
import { makeFolder } from '../folder.test.kit.ts';
import { fileTrustStore } from './file-store.ts';
import { bytesOf, hashOf } from './history.test.kit.ts';
import { parseRecord, storedLine } from './record.ts';

const hashes = { 'M.js': hashOf('2') };

test('writes a refusal as an action that has no effect on the grants of earlier versions', async () => {
  const file = join(await makeFolder(), 'trust.jsonl');
  const store = fileTrustStore(file);
  await store.decline!('a', 'ada', hashes);
  await store.consent('a', 'ada', bytesOf('1'), { via: 'page', version: '1.0' });
  await store.decline!('a', 'ada', hashes, { via: 'page', version: '2.0' });
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  const when = expect.any(String);
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    { plugin_id: 'a', action: 'revoke', act: 'refuse', via: 'other', who: 'ada', when, bundles: hashes },
    { plugin_id: 'a', action: 'trust', version: '1.0', who: 'ada', when, bundles: { 'M.js': hashOf('1') } },
    {
      plugin_id: 'a',
      action: 'pin',
      act: 'keep',
      version: '2.0',
      who: 'ada',
      when,
      bundles: hashes,
      kept: { 'M.js': hashOf('1') },
      kept_version: '1.0',
    },
  ]);
  for (const line of lines) expect(storedLine(parseRecord(line)!)).toEqual(JSON.parse(line));
});

test('takes a refusal that it cannot read for no consent, and for the end of trust where that is safe', async () => {
  const signed = { plugin_id: 'a', who: 'ada', when: '2026-04-25T14:00:00.000Z' };
  expect(
    parseRecord(JSON.stringify({ ...signed, action: 'pin', act: 'keep', bundles: { 'M.js': 'x' } })),
  ).toBe(undefined);
  expect(parseRecord(JSON.stringify({ ...signed, action: 'pin', act: 'refuse', bundles: hashes }))).toBe(
    undefined,
  );
  expect(parseRecord(JSON.stringify({ ...signed, action: 'revoke', act: 'refuse' }))).toMatchObject({
    action: 'revoke',
  });
  // A consent without hashes, as an earlier version wrote it, is not bound to the bytes that an operator does not want.
  const file = join(await makeFolder(), 'trust.jsonl');
  const lines = [
    { ...signed, action: 'trust' },
    { ...signed, action: 'pin', act: 'keep', bundles: hashes },
    { ...signed, action: 'pin', act: 'keep', bundles: 5 },
  ];
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  expectConsole(/trust\.jsonl:3 is not a trust record/);
  const grant = (await fileTrustStore(file).grants()).get('a');
  expect(grant).toEqual({ who: 'ada', when: signed.when });
});
