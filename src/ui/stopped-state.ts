import type { Plugin } from '../contract/index.ts';

/** Names the decision by which none of a plugin's code runs. Code that came after a revoke waits as any other. */
export const stoppedState = ({ declined, revoked_bytes }: Plugin): 'declined' | 'revoked' | 'waiting' =>
  declined ? 'declined' : revoked_bytes === 'same' ? 'revoked' : 'waiting';
