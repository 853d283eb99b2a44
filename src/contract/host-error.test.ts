import { expect, test } from 'vitest';
import { createError } from './create-error.ts';
import { createHostError } from './host-error.ts';

test('makes the same error as createError', () => {
  const details = { pluginId: 'sales', component: 'Chart' };
  const [error, other] = [createHostError('TRUST_REVOKED', details), createError('TRUST_REVOKED', details)];
  expect(error.message).toBe(
    'sales/Chart: The operator revoked trust, so the plugin’s requests have ended. ' +
      'Trust the plugin again. [TRUST_REVOKED]',
  );
  expect({ ...error }).toEqual({ ...other });
  expect(error.message).toBe(other.message);
});
