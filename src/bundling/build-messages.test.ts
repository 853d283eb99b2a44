import { expect, test } from 'vitest';
import { BUILD_MESSAGES, describeProblem } from './build-messages.ts';

test('tells what the author’s tools meet, with its details', () => {
  const details = { file: 'widget/dist/W.js', source: 'widget/W.tsx', was: 'is newer than' };
  expect(describeProblem('STALE_BUNDLE', details)).toEqual({
    title: 'Stale bundle',
    cause: 'widget/W.tsx is newer than widget/dist/W.js.',
    fix: 'Build it again: nousviz-widget build',
  });
});

test('tells everything else in the words of its card', () => {
  expect(describeProblem('NO_DEFAULT_EXPORT', { file: 'W.js', component: 'W' })).toEqual({
    title: 'No default export',
    cause: 'W.js did not export a default React component.',
    fix: 'End the file with "export default function W".',
    copy: 'export default function W',
  });
});

test('says of a bundle that is missing what a folder can tell', () => {
  expect(describeProblem('BUNDLE_MISSING', { file: 'W.js' }).cause).not.toMatch(/server|HTTP/);
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
