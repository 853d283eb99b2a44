import { expect, test } from 'vitest';
import { admit, isAdmitted } from './trust.ts';

const component = { name: 'Chart', path: 'widget/dist/Chart.js', filename: 'Chart.js' };

test('admits a component of a trusted plugin, with the signal of its grant', () => {
  const { signal } = new AbortController();
  const admission = admit('sales', component, new Map([['sales', signal]]));
  expect(admission).toEqual({ pluginId: 'sales', component, signal });
  expect(isAdmitted(admission)).toBe(true);
});

test.each([
  ['not granted', new Map()],
  ['granted to another', new Map([['other', new AbortController().signal]])],
  ['revoked', new Map([['sales', AbortSignal.abort()]])],
])('refuses what is %s', (_, grants) => {
  expect(admit('sales', component, grants)).toEqual({
    pluginId: 'sales',
    component,
    reason: 'AWAITING_CONSENT',
  });
});
