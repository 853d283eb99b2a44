import { expect, test } from 'vitest';
import { BUILD_MESSAGES, describeProblem } from './build-messages.ts';

test('has the words of what only the author’s tools find, with the details', () => {
  const details = { file: 'widget/dist/W.js', source: 'widget/W.tsx', was: 'is newer than' };
  expect(describeProblem('STALE_BUNDLE', details)).toEqual({
    title: 'Stale bundle',
    fact: 'widget/W.tsx is newer than widget/dist/W.js.',
    fix: 'Build it again: nousviz-widget build',
    copy: undefined,
  });
});

test('has the words of the card for everything else', () => {
  expect(describeProblem('NO_DEFAULT_EXPORT', { file: 'W.js', component: 'W' })).toEqual({
    title: 'No default export',
    fact: 'W.js did not export a default React component.',
    fix: 'End the file with "export default function W".',
    copy: 'export default function W',
  });
});

test('says of a missing bundle only what a folder proves', () => {
  expect(describeProblem('BUNDLE_MISSING', { file: 'W.js' }).fact).not.toMatch(/server|HTTP/);
});

test('every word for authors is a sentence, or ends in a command', () => {
  for (const { title, cause, fix } of Object.values(BUILD_MESSAGES)) {
    expect(title).toMatch(/^[A-Z][\w ]+$/);
    expect(cause).toMatch(/[.}]$/);
    expect(fix).toMatch(
      /\.$|: (nousviz-widget (build|create DIR)|npm install (\{package\}|--save-dev vite@8))$/,
    );
  }
});
