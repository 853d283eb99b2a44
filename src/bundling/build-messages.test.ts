import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Message } from '../contract/index.ts';
import { MESSAGES } from '../contract/words.ts';
import { BUILD_MESSAGES, describeProblem } from './build-messages.ts';

test('fills in the messages that only the author’s tools use', () => {
  const details = { file: 'widget/dist/W.js', source: 'widget/W.tsx', was: 'is newer than' };
  expect(describeProblem('STALE_BUNDLE', details)).toEqual({
    title: 'Stale bundle',
    fact: 'widget/W.tsx is newer than widget/dist/W.js.',
    fix: 'Build it again: npx nousviz-widget build',
    copy: undefined,
  });
});

test('uses the message of the card for every other code', () => {
  expect(describeProblem('NO_DEFAULT_EXPORT', { file: 'W.js', component: 'W' })).toEqual({
    title: 'No default export',
    fact: 'W.js did not export a default React component.',
    fix: 'End the file with "export default function W".',
    copy: 'export default function W',
  });
});

test('reports a missing bundle without mentioning a server', () => {
  expect(describeProblem('BUNDLE_MISSING', { file: 'W.js' }).fact).not.toMatch(/server|HTTP/);
});

test('has only messages that are a sentence or end in a command', () => {
  for (const { title, cause, fix } of Object.values(BUILD_MESSAGES)) {
    expect(title).toMatch(/^[A-Z][\w ]+$/);
    expect(cause).toMatch(/[.}]$/);
    expect(fix).toMatch(
      /\.$|: (npx nousviz-widget (build|create DIR)|npm install (\{package\}|--save-dev (vite@8|tailwindcss@4)))$/,
    );
  }
});

test('every message writes the command as it runs in the folder of a plugin', () => {
  for (const { fix, copy = '' } of Object.values<Message>({ ...MESSAGES, ...BUILD_MESSAGES }))
    expect(`${fix} ${copy}`).not.toMatch(/(?<!npx )nousviz-widget /);
});

test('has only messages that some other test makes appear', () => {
  const root = join(import.meta.dirname, '../..');
  const folders = ['src', 'e2e', 'fixtures/libraries/features'];
  const files = folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, String(file))),
    )
    .filter(
      (file) => /\.test\.tsx?$|features\/\w+\.ts$/.test(file) && !file.endsWith('build-messages.test.ts'),
    );
  const texts = files.map((file) => readFileSync(join(root, file), 'utf8'));
  const unseen = Object.keys(BUILD_MESSAGES).filter(
    (code) => !texts.some((text) => new RegExp(String.raw`\b${code}\b`).test(text)),
  );
  expect(unseen).toEqual([]);
});
